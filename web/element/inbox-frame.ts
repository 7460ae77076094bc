import { html, nothing, type TemplateResult } from 'lit';
import type { ViewFilter } from '../client/view.js';
import type { NotificationType } from '../client/wire.js';
import { closeButton } from './inbox-parts.js';
import { type Language, typeLabel } from './language.js';
import { listIcons } from './list-icons.js';
import type { ListTexts } from './list-texts.js';
import type { Texts } from './texts.js';

interface Header {
  filter: ViewFilter;
  types: NotificationType[];
  unread: number;
  /** Where the page has its preferences: without it they are shown here, and empty it has none. */
  preferencesHref: string | undefined;
  pick(patch: ViewFilter): void;
  markAll(): void;
  preferences(): void;
  follow(event: Event): void;
  close: (() => void) | undefined;
}

/** What can be done to the list as a whole, in two lines on any screen. */
export function inboxHeader(language: Language<Texts & ListTexts>, header: Header): TemplateResult {
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
      <button
        class="text mark-all"
        aria-label=${texts.markAllRead}
        title=${texts.markAllRead}
        aria-disabled=${unread === 0}
        @click=${markAll}
      >
        ${listIcons.readAll}<span class="label">${texts.markAllRead}</span>
      </button>
      ${toPreferences(texts, header)} ${header.close ? closeButton(texts, header.close) : nothing}
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

function toPreferences(texts: Texts & ListTexts, header: Header): TemplateResult | typeof nothing {
  const name = texts.toPreferences;
  const { preferencesHref: href } = header;
  if (href === '') return nothing;
  return href === undefined || href === null
    ? html`<button class="icon to-preferences" aria-label=${name} title=${name} @click=${header.preferences}>
        ${listIcons.preferences}
      </button>`
    : html`<a
        class="button icon to-preferences"
        href=${href}
        aria-label=${name}
        title=${name}
        @click=${header.follow}
        >${listIcons.preferences}</a
      >`;
}

export function preferencesHeader(
  texts: Texts & ListTexts,
  back: () => void,
  close: (() => void) | undefined,
): TemplateResult {
  return html`<div class="top" part="header">
    <div class="line">
      <button class="text back" @click=${back}>${listIcons.back}${texts.notifications}</button>
      ${close ? closeButton(texts, close) : nothing}
    </div>
  </div>`;
}

interface Footer {
  /** Where the page has an inbox of its own. */
  inboxHref: string | undefined;
  follow(event: Event): void;
  /** Undefined when nothing is read. */
  deleteRead: (() => void) | undefined;
}

export function inboxFooter(texts: Texts & ListTexts, footer: Footer): TemplateResult {
  return html`<div class="end" part="footer">
    ${
      footer.inboxHref
        ? html`<a class="button text see-all" href=${footer.inboxHref} @click=${footer.follow}
            >${texts.seeAll}</a
          >`
        : nothing
    }
    <button class="delete-read" aria-disabled=${!footer.deleteRead} @click=${footer.deleteRead}>
      ${texts.deleteRead}
    </button>
  </div>`;
}
