import { html, nothing, type TemplateResult } from 'lit';
import { isSignedOut } from '../client/http.js';
import type { ViewFilter } from '../client/view.js';
import type { NotificationRow, NotificationType } from '../client/wire.js';
import { icons } from './icons.js';
import { fill, type Language, typeLabel } from './language.js';
import type { Texts } from './texts.js';

interface Header {
  filter: ViewFilter;
  types: NotificationType[];
  unread: number;
  pick(patch: ViewFilter): void;
  markAll(): void;
  close: (() => void) | undefined;
}

export function inboxHeader(language: Language, header: Header): TemplateResult {
  const { texts } = language;
  const { filter, unread, pick } = header;
  const only = filter.read_state === 'unread';
  const pickType = (event: Event): void =>
    pick({ type: (event.target as HTMLSelectElement).value || undefined });
  const markAll = (): void => {
    if (unread > 0) header.markAll();
  };
  return html`<div class="top" part="header">
    <div class="line">
      <h2 id="heading">${texts.notifications}</h2>
      <button class="text mark-all" aria-disabled=${unread === 0} @click=${markAll}>
        ${texts.markAllRead}
      </button>
      ${header.close ? closeButton(texts, header.close) : nothing}
    </div>
    <div class="line filters">
      <div class="tabs" role="group" aria-label=${texts.show}>
        <button aria-pressed=${!only} @click=${() => pick({ read_state: undefined })}>${texts.all}</button>
        <button aria-pressed=${only} @click=${() => pick({ read_state: 'unread' })}>
          ${texts.onlyUnread} ${unread > 0 ? html`<span class="n">${unread}</span>` : nothing}
        </button>
      </div>
      <select aria-label=${texts.type} @change=${pickType}>
        <option value="" ?selected=${!filter.type}>${texts.allTypes}</option>
        ${header.types.map(
          ({ key }) =>
            html`<option value=${key} ?selected=${key === filter.type}>${typeLabel(language, key)}</option>`,
        )}
      </select>
    </div>
  </div>`;
}

/** Rows that are not there yet, drawn as grey bars. */
export function skeleton(texts: Texts): TemplateResult {
  const bone = html`<div class="bone">
    <i></i>
    <div><i></i><i></i></div>
  </div>`;
  return html`<div aria-hidden="true">${[bone, bone, bone, bone]}</div>
    <p class="sr" role="status">${texts.loading}</p>`;
}

export function broken(texts: Texts, error: Error, retry: () => void): TemplateResult {
  return html`<div class="state" role="alert">
    ${icons.error}<strong>${isSignedOut(error) ? texts.signedOut : texts.loadFailed}</strong>
    <button class="text" @click=${retry}>${texts.retry}</button>
  </div>`;
}

export function empty(texts: Texts, onlyUnread: boolean): TemplateResult {
  return html`<div class="state" part="empty">
    ${onlyUnread ? icons.success : icons.bell}<strong>${onlyUnread ? texts.emptyUnread : texts.empty}</strong>
    <span class="muted">${onlyUnread ? texts.emptyUnreadHint : texts.emptyHint}</span>
  </div>`;
}

export function undoBar(
  texts: Texts,
  { title }: NotificationRow,
  undo: () => void,
  dismiss: () => void,
): TemplateResult {
  return html`<div class="undo-bar" part="undo">
    <span>${fill(texts.removed, { title })}</span>
    <button class="text undo" @click=${undo}>${texts.undo}</button>
    ${closeButton(texts, dismiss)}
  </div>`;
}

function closeButton(texts: Texts, close: () => void): TemplateResult {
  return html`<button class="icon" aria-label=${texts.close} title=${texts.close} @click=${close}>
    ${icons.close}
  </button>`;
}
