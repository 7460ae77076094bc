import { html, type TemplateResult } from 'lit';
import type { Texts } from './texts.js';

export interface Question {
  title: string;
  body: string;
  /** What the button says that goes ahead. */
  action: string;
  run: () => void;
}

/**
 * A question that must be answered first. The platform's modal dialog keeps the focus inside, closes on Escape and gives
 * the focus back; the button that changes nothing has it at the start.
 */
export function confirmDialog(question: Question | undefined, texts: Texts): TemplateResult {
  // Not on the dialog's "close": that comes in a task of its own, when the next question may be open already.
  const answer = (event: SubmitEvent): void => {
    if ((event.submitter as HTMLButtonElement).value === 'yes') question?.run();
  };
  return html`<dialog
    class="confirm"
    part="dialog"
    role="alertdialog"
    aria-labelledby="question"
    aria-describedby="question-body"
    @keydown=${(event: KeyboardEvent) => event.stopPropagation()}
  >
    <h2 id="question">${question?.title}</h2>
    <p id="question-body">${question?.body}</p>
    <form method="dialog" class="buttons" @submit=${answer}>
      <button class="outline" value="no">${texts.cancel}</button>
      <button class="danger" value="yes">${question?.action}</button>
    </form>
  </dialog>`;
}

/** To be called after the question was rendered. */
export function openConfirm(root: ParentNode): void {
  const dialog = root.querySelector<HTMLDialogElement>('dialog.confirm');
  if (!dialog || dialog.open) return;
  // The first button gets the focus: the one that changes nothing.
  dialog.showModal();
}
