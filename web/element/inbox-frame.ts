import { html, nothing, type TemplateResult } from 'lit';
import type { Aside } from '../client/wire.js';
import { choice, count, type Frame, listHeader, markAll, toPreferences, typeFilter } from './frame-parts.js';
import { icons } from './icons.js';
import type { Command } from './keys.js';
import { type Language, plural } from './language.js';
import { listIcons } from './list-icons.js';
import type { ListTexts } from './list-texts.js';
import { closeButton, tool } from './list-parts.js';
import type { Texts } from './texts.js';
import { closeModal, onDialogKey } from './top-layer.js';

const PLACES: readonly ('inbox' | Aside)[] = ['inbox', 'snoozed', 'archived'];

export interface InboxFrame extends Frame {
  /** How many rows are shown, and how many of them are selected. */
  shown: number;
  selected: number;
  /** Whether one of the selected is unread. */
  unreadSelected: boolean;
  archiveRead(): void;
  /** Does to the selected ones, or to all, what a key does. */
  obey(command: Command): void;
}

/** Which list, and the ways to what is about all of it. */
export function inboxHeader(language: Language<Texts & ListTexts>, frame: InboxFrame): TemplateResult {
  const { texts } = language;
  const { filter, unread, pick } = frame;
  const tab = (one: 'inbox' | Aside): TemplateResult => {
    const name = one === 'inbox' ? html`${texts.lists.inbox} ${count(unread)}` : texts.lists[one];
    const state = one === 'inbox' ? undefined : one;
    return choice(name, state === filter.state, () => pick({ state, read_state: undefined }));
  };
  const help = tool('icon to-help', listIcons.keyboard, texts.shortcuts, () => frame.obey('help'));
  return listHeader(texts, [help, toPreferences(texts, frame)], PLACES.map(tab));
}

/** What can be done to many: to the selected ones, or else to all, and which of them are shown. */
export function inboxTools(language: Language<Texts & ListTexts>, frame: InboxFrame): TemplateResult {
  const { texts } = language;
  const { selected, shown } = frame;
  const all = selected > 0 && selected === shown;
  return html`<div class="line tools">
    ${
      shown > 0
        ? html`<label class="select"
            ><input
              class="all"
              type="checkbox"
              aria-label=${texts.selectAll}
              .checked=${all}
              .indeterminate=${selected > 0 && !all}
              @change=${() => frame.obey(selected === 0 ? 'selectAll' : 'clear')}
          /></label>`
        : nothing
    }
    <span class="chosen" role="status"
      >${selected > 0 ? plural(language, texts.selected, selected) : nothing}</span
    >
    ${selected > 0 ? toSelected(texts, frame) : [narrowing(language, frame), shown > 0 ? toAll(texts, frame) : nothing]}
  </div>`;
}

/** Which rows of the list are shown. */
function narrowing(language: Language<Texts & ListTexts>, frame: InboxFrame): TemplateResult {
  const { filter, pick } = frame;
  const only = filter.read_state === 'unread';
  return html`<div class="narrow">
    ${
      filter.state === undefined
        ? html`<button
            class="only"
            aria-pressed=${only}
            @click=${() => pick({ read_state: only ? undefined : 'unread' })}
          >
            ${language.texts.onlyUnread}
          </button>`
        : nothing
    }
    ${typeFilter(language, frame)}
  </div>`;
}

function toSelected(texts: Texts & ListTexts, frame: InboxFrame): TemplateResult[] {
  const button = (kind: string, icon: TemplateResult, name: string, command: Command): TemplateResult =>
    tool(kind, icon, name, () => frame.obey(command));
  return [
    frame.unreadSelected
      ? button('text toggle-all', listIcons.read, texts.asRead, 'toggleRead')
      : button('text toggle-all', listIcons.unread, texts.asUnread, 'toggleRead'),
    frame.filter.state === undefined
      ? button('text archive-all', listIcons.archive, texts.archive, 'archive')
      : button('text inbox-all', listIcons.inbox, texts.toInbox, 'archive'),
    button('text snooze-all', listIcons.snooze, texts.snooze, 'snooze'),
    button('text bin-all', icons.bin, texts.delete, 'remove'),
    button('icon clear', icons.close, texts.clearSelection, 'clear'),
  ];
}

/** Of the inbox: what is set aside has been dealt with. */
function toAll(texts: Texts & ListTexts, frame: InboxFrame): TemplateResult | typeof nothing {
  if (frame.filter.state !== undefined) return nothing;
  return html`${markAll(texts, frame)}
  ${tool('text archive-read', listIcons.archive, texts.archiveRead, frame.archiveRead)}`;
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
