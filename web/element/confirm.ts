import { html, type TemplateResult } from 'lit';
import type { Texts } from './texts.js';
import { closeModal, onDialogKey, openModal } from './top-layer.js';

export interface Question {
  title: string;
  body: string;
  /** What the button says that goes ahead. */
  action: string;
  run: () => void;
}

/**
 * A question that must be answered first. The platform's modal dialog keeps the focus inside and gives it back; the
 * button that changes nothing has it at the start.
 */
export function confirmDialog(question: Question | undefined, texts: Texts): TemplateResult {
  // Not on the dialog's "close": that comes in a task of its own, when the next question may be open already.
  const answer = (event: Event, yes: boolean): void => {
    closeModal((event.target as Element).closest('dialog'));
    if (yes) question?.run();
  };
  return html`<dialog
    class="confirm"
    part="dialog"
    role="alertdialog"
    aria-labelledby="question"
    aria-describedby="question-body"
    @keydown=${onDialogKey}
  >
    <h2 id="question">${question?.title}</h2>
    <p id="question-body">${question?.body}</p>
    <div class="buttons">
      <button class="outline" @click=${(event: Event) => answer(event, false)}>${texts.cancel}</button>
      <button class="danger" @click=${(event: Event) => answer(event, true)}>${question?.action}</button>
    </div>
  </dialog>`;
}

/** To be called after the question was rendered. The first button gets the focus: the one that changes nothing. */
export function openConfirm(root: ParentNode): void {
  openModal(root.querySelector<HTMLDialogElement>('dialog.confirm'));
}
