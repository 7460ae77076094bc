import { html, nothing, type TemplateResult } from 'lit';
import type { ViewFilter } from '../client/view.js';
import type { NotificationType } from '../client/wire.js';
import { type Language, typeLabel } from './language.js';
import { listIcons } from './list-icons.js';
import { closeButton, tool } from './list-parts.js';
import type { ListTexts } from './list-texts.js';
import type { Texts } from './texts.js';

/** What the frames of the panel and of the inbox have in common. */
export interface Frame {
  filter: ViewFilter;
  types: NotificationType[];
  unread: number;
  /** Where the page has its preferences: without it they are shown here, and empty it has none. */
  preferencesHref: string | undefined;
  pick(patch: ViewFilter): void;
  markAll(): void;
  preferences(): void;
  follow(event: Event): void;
}

export function markAll(texts: Texts & ListTexts, { unread, markAll: mark }: Frame): TemplateResult {
  return html`<button
    class="text mark-all"
    aria-label=${texts.markAllRead}
    title=${texts.markAllRead}
    aria-disabled=${unread === 0}
    @click=${() => unread > 0 && mark()}
  >
    ${listIcons.readAll}<span class="label">${texts.markAllRead}</span>
  </button>`;
}

/** What stands above a list. @param buttons for all of it @param tabs which one it is @param narrow which of its rows */
export function listHeader(
  texts: Texts & ListTexts,
  buttons: readonly unknown[],
  tabs: readonly TemplateResult[],
  narrow: TemplateResult | typeof nothing = nothing,
): TemplateResult {
  return html`<div class="top" part="header">
    <div class="line">
      <h2 id="heading">${texts.notifications}</h2>
      ${buttons}
    </div>
    <div class="line filters">
      <div class="tabs" role="group" aria-label=${texts.show}>${tabs}</div>
      ${narrow}
    </div>
  </div>`;
}

/** One of several of which one holds. */
export function choice(name: unknown, pressed: boolean, pick: () => void): TemplateResult {
  return html`<button aria-pressed=${pressed} @click=${pick}>${name}</button>`;
}

export function count(n: number): TemplateResult | typeof nothing {
  return n > 0 ? html`<span class="n">${n}</span>` : nothing;
}

export function typeFilter(
  language: Language<Texts & ListTexts>,
  { filter, types, pick }: Frame,
): TemplateResult {
  const { texts } = language;
  const pickType = (event: Event): void =>
    pick({ type: (event.target as HTMLSelectElement).value || undefined });
  return html`<select aria-label=${texts.type} @change=${pickType}>
    <option value="" ?selected=${!filter.type}>${texts.allTypes}</option>
    ${types.map(
      ({ key }) =>
        html`<option value=${key} ?selected=${key === filter.type}>${typeLabel(language, key)}</option>`,
    )}
  </select>`;
}

export function toPreferences(texts: Texts & ListTexts, frame: Frame): TemplateResult | typeof nothing {
  const name = texts.toPreferences;
  const { preferencesHref: href } = frame;
  if (href === '') return nothing;
  return href === undefined || href === null
    ? tool('icon to-preferences', listIcons.preferences, name, frame.preferences)
    : html`<a
        class="button icon to-preferences"
        href=${href}
        aria-label=${name}
        title=${name}
        @click=${frame.follow}
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
