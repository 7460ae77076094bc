import { html, nothing, type TemplateResult } from 'lit';
import { isSignedOut } from '../client/http.js';
import type { ViewFilter } from '../client/view.js';
import { icons } from './icons.js';
import { listIcons } from './list-icons.js';
import type { ListTexts } from './list-texts.js';
import type { Texts } from './texts.js';

export function notice(text: string, kind: 'failed' | 'muted'): TemplateResult {
  return html`<p class="notice ${kind}"><span>${text}</span></p>`;
}

/** Rows that are not there yet, drawn as grey bars. */
export function skeleton(texts: Texts & ListTexts): TemplateResult {
  const bone = html`<div class="bone">
    <i></i>
    <div><i></i><i></i></div>
  </div>`;
  return html`<div aria-hidden="true">${[bone, bone, bone, bone]}</div>
    <p class="sr" role="status">${texts.loading}</p>`;
}

export function broken(texts: Texts & ListTexts, error: Error, retry: () => void): TemplateResult {
  return html`<div class="state" role="alert">
    ${icons.error}<strong>${isSignedOut(error) ? texts.signedOut : texts.loadFailed}</strong>
    <button class="text" @click=${retry}>${texts.retry}</button>
  </div>`;
}

/** A list without rows: which one it is, and what comes into it. */
export function empty(texts: Texts & ListTexts, { state, read_state }: ViewFilter): TemplateResult {
  const [icon, title, hint] =
    state === 'snoozed'
      ? [listIcons.snooze, texts.emptySnoozed, texts.emptySnoozedHint]
      : state === 'archived'
        ? [listIcons.archive, texts.emptyArchived, texts.emptyArchivedHint]
        : read_state === 'unread'
          ? [icons.success, texts.emptyUnread, texts.emptyUnreadHint]
          : [icons.bell, texts.empty, texts.emptyHint];
  return html`<div class="state" part="empty">
    ${icon}<strong>${title}</strong> <span class="muted">${hint}</span>
  </div>`;
}

/** What was done, and how far it is where that takes a while; with what takes it back, but where that is done. */
export function undoBar(
  texts: Texts & ListTexts,
  what: string,
  progress: { value: number; max: number } | undefined,
  back: { undo(): void; dismiss(): void } | undefined,
): TemplateResult {
  return html`<div class="undo-bar" part="undo">
    <span>${what}</span>
    ${progress ? html`<progress aria-label=${what} max=${progress.max} .value=${progress.value}></progress>` : nothing}
    ${
      back
        ? html`<button class="text undo" @click=${back.undo}>${texts.undo}</button>
            ${closeButton(texts, back.dismiss)}`
        : nothing
    }
  </div>`;
}

/**
 * A button with an icon; a label stands beside it where there is room.
 * @param kind its classes @param name what it says to who does not see what it is about
 */
export function tool(
  kind: string,
  icon: TemplateResult,
  what: string,
  run: (event: Event) => void,
  name = what,
): TemplateResult {
  return html`<button class=${kind} aria-label=${name} title=${what} @click=${run}>
    ${icon}<span class="label">${what}</span>
  </button>`;
}

export function closeButton(texts: Texts & ListTexts, close: (event: Event) => void): TemplateResult {
  return tool('icon', icons.close, texts.close, close);
}
