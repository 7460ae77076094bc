import { html, type TemplateResult } from 'lit';
import { isSignedOut } from '../client/http.js';
import { icons } from './icons.js';
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

export function empty(texts: Texts & ListTexts, onlyUnread: boolean): TemplateResult {
  return html`<div class="state" part="empty">
    ${onlyUnread ? icons.success : icons.bell}<strong>${onlyUnread ? texts.emptyUnread : texts.empty}</strong>
    <span class="muted">${onlyUnread ? texts.emptyUnreadHint : texts.emptyHint}</span>
  </div>`;
}

export function undoBar(
  texts: Texts & ListTexts,
  what: string,
  undo: () => void,
  dismiss: () => void,
): TemplateResult {
  return html`<div class="undo-bar" part="undo">
    <span>${what}</span>
    <button class="text undo" @click=${undo}>${texts.undo}</button>
    ${closeButton(texts, dismiss)}
  </div>`;
}

export function closeButton(texts: Texts & ListTexts, close: () => void): TemplateResult {
  return html`<button class="icon" aria-label=${texts.close} title=${texts.close} @click=${close}>
    ${icons.close}
  </button>`;
}
