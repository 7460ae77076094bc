import { html, nothing, type TemplateResult } from 'lit';
import type { Aside } from '../client/wire.js';
import { choice, count, type Frame, markAll, toPreferences, typeFilter } from './frame-parts.js';
import { icons } from './icons.js';
import { type Language, plural } from './language.js';
import { listIcons } from './list-icons.js';
import type { ListTexts } from './list-texts.js';
import { closeButton } from './list-parts.js';
import type { Texts } from './texts.js';
import { closeModal, onDialogKey } from './top-layer.js';

const PLACES: readonly ('inbox' | Aside)[] = ['inbox', 'snoozed', 'archived'];

export interface InboxFrame extends Frame {
  /** How many rows are shown, and how many of them are selected. */
  shown: number;
  selected: number;
  /** Whether one of the selected is unread. */
  unreadSelected: boolean;
  help(): void;
  archiveRead(): void;
  selectAll(on: boolean): void;
  toggleRead(): void;
  archive(): void;
  snooze(): void;
  remove(): void;
}

/** Which list, and which of its rows. */
export function inboxHeader(language: Language<Texts & ListTexts>, frame: InboxFrame): TemplateResult {
  const { texts } = language;
  const { filter, unread, pick } = frame;
  const place = filter.state ?? 'inbox';
  const only = filter.read_state === 'unread';
  const tab = (one: 'inbox' | Aside): TemplateResult => {
    const name = one === 'inbox' ? html`${texts.lists.inbox} ${count(unread)}` : texts.lists[one];
    const state = one === 'inbox' ? undefined : one;
    return choice(name, one === place, () => pick({ state, read_state: undefined }));
  };
  return html`<div class="top" part="header">
    <div class="line">
      <h2 id="heading">${texts.notifications}</h2>
      <button
        class="icon to-help"
        aria-label=${texts.shortcuts}
        title=${texts.shortcuts}
        @click=${frame.help}
      >
        ${listIcons.keyboard}
      </button>
      ${toPreferences(texts, frame)}
    </div>
    <div class="line filters">
      <div class="tabs" role="group" aria-label=${texts.show}>${PLACES.map(tab)}</div>
      <div class="narrow">
        ${
          place === 'inbox'
            ? html`<button
                class="only"
                aria-pressed=${only}
                @click=${() => pick({ read_state: only ? undefined : 'unread' })}
              >
                ${texts.onlyUnread}
              </button>`
            : nothing
        }
        ${typeFilter(language, frame)}
      </div>
    </div>
  </div>`;
}

/** What can be done to many: to the selected ones, or else to all. */
export function inboxTools(language: Language<Texts & ListTexts>, frame: InboxFrame): TemplateResult {
  const { texts } = language;
  const { selected, shown } = frame;
  const all = selected > 0 && selected === shown;
  return html`<div class="line tools">
    <label class="select"
      ><input
        class="all"
        type="checkbox"
        aria-label=${texts.selectAll}
        .checked=${all}
        .indeterminate=${selected > 0 && !all}
        @change=${() => frame.selectAll(selected === 0)}
    /></label>
    <span class="chosen" aria-live="polite"
      >${selected > 0 ? plural(language, texts.selected, selected) : texts.selectAll}</span
    >
    ${selected > 0 ? toSelected(texts, frame) : toAll(texts, frame)}
  </div>`;
}

function toSelected(texts: Texts & ListTexts, frame: InboxFrame): TemplateResult[] {
  const button = (kind: string, icon: TemplateResult, name: string, act: () => void): TemplateResult =>
    html`<button class="text ${kind}" aria-label=${name} title=${name} @click=${act}>
      ${icon}<span class="label">${name}</span>
    </button>`;
  return [
    frame.unreadSelected
      ? button('toggle-all', listIcons.read, texts.asRead, frame.toggleRead)
      : button('toggle-all', listIcons.unread, texts.asUnread, frame.toggleRead),
    frame.filter.state === undefined
      ? button('archive-all', listIcons.archive, texts.archive, frame.archive)
      : button('inbox-all', listIcons.inbox, texts.toInbox, frame.archive),
    button('snooze-all', listIcons.snooze, texts.snooze, frame.snooze),
    button('bin-all', icons.bin, texts.delete, frame.remove),
    html`<button
      class="icon clear"
      aria-label=${texts.clearSelection}
      title=${texts.clearSelection}
      @click=${() => frame.selectAll(false)}
    >
      ${icons.close}
    </button>`,
  ];
}

/** Of the inbox: what is set aside has been dealt with. */
function toAll(texts: Texts & ListTexts, frame: InboxFrame): TemplateResult | typeof nothing {
  if (frame.filter.state !== undefined) return nothing;
  return html`${markAll(texts, frame)}
    <button
      class="text archive-read"
      aria-label=${texts.archiveRead}
      title=${texts.archiveRead}
      @click=${frame.archiveRead}
    >
      ${listIcons.archive}<span class="label">${texts.archiveRead}</span>
    </button>`;
}

/** What each key does. */
export function helpDialog(texts: Texts & ListTexts): TemplateResult {
  const { keys } = texts;
  const lines: [string, string][] = [
    ['j k', keys.move],
    ['Enter', keys.open],
    ['x', keys.select],
    ['Shift+j Shift+k', keys.range],
    ['Ctrl+a', keys.selectAll],
    ['Esc', keys.clear],
    ['u', `${texts.asRead} / ${texts.asUnread}`],
    ['e', `${texts.archive} / ${texts.toInbox}`],
    ['h', texts.snooze],
    ['#', texts.delete],
    ['z', keys.undo],
    ['?', keys.help],
  ];
  const close = (event: Event): void => closeModal((event.currentTarget as Element).closest('dialog'));
  return html`<dialog class="help" part="dialog" aria-labelledby="help" @keydown=${onDialogKey}>
    <div class="line">
      <h2 id="help">${texts.shortcuts}</h2>
      ${closeButton(texts, close)}
    </div>
    <dl>
      ${lines.map(
        ([names, what]) =>
          html`<div>
            <dt>${what}</dt>
            <dd>${names.split(' ').map((name) => html`<kbd>${name}</kbd> `)}</dd>
          </div>`,
      )}
    </dl>
  </dialog>`;
}
