import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { safeLink } from '../client/link.js';
import type { Level, NotificationAction, NotificationRow } from '../client/wire.js';
import { icons } from './icons.js';
import type { RowCommand } from './keys.js';
import { fill, type Language, plural, typeLabel } from './language.js';
import { listIcons } from './list-icons.js';
import { tool } from './list-parts.js';
import type { ListTexts } from './list-texts.js';
import { momentText } from './moments.js';
import { face, rowExtras } from './row-extras.js';
import type { Texts } from './texts.js';
import type { Clock } from './time.js';

/** How a row is shown. */
export interface Look {
  level: Level;
  expanded: boolean;
  menu: boolean;
  /** Undefined where rows cannot be selected. */
  selected?: boolean | undefined;
}

export interface RowActions {
  open(event: Event, row: NotificationRow): void;
  /** Shows or hides what can be done to it, where no pointer hovers. */
  menu(row: NotificationRow): void;
  select(event: MouseEvent, row: NotificationRow): void;
  act(event: Event, row: NotificationRow, action: NotificationAction): void;
  obey(command: RowCommand, row: NotificationRow): void;
}

const dot = html`<span class="dot" aria-hidden="true">·</span>`;

/** One notification. Its title and body are text, whatever they contain; its link was checked, twice. */
export function notificationRow(
  row: NotificationRow,
  { level, expanded, menu, selected }: Look,
  language: Language<Texts & ListTexts>,
  clock: Clock,
  actions: RowActions,
): TemplateResult {
  const { texts } = language;
  const unread = row.read_at === null;
  const { count = 1 } = row;
  const link = safeLink(row.link);
  const open = (event: Event): void => actions.open(event, row);
  const until =
    row.state === 'snoozed' && row.snoozed_until
      ? fill(texts.until, { time: momentText(language, new Date(row.snoozed_until)) })
      : undefined;
  const content = html`
    ${row.actor ? face(row.actor, level) : html`<span class="level ${level}">${icons[level]}</span>`}
    <span class="words">
      <span class="title" part="title" dir="auto"
        >${unread ? html`<span class="sr">${texts.unread}: </span>` : nothing}${row.title}</span
      >
      <span class="about">
        ${row.body ? html`<span class="body" part="body" dir="auto">${row.body}</span>` : nothing}
        <span class="meta" part="meta"
          >${row.actor ? html`<bdi class="who">${row.actor.name}</bdi> ${dot} ` : nothing}${count > 1 ? html`<bdi>${plural(language, texts.many, count)}</bdi> ${dot} ` : nothing}<span
            class="when"
            >${until ?? clock.render(language, row.created_at)}</span
          >
          ${dot} <bdi class="kind">${typeLabel(language, row.type)}</bdi></span
        >
      </span>
    </span>
  `;
  const main = link
    ? html`<a class="main" href=${link} rel="noopener noreferrer" @click=${open}>${content}</a>`
    : html`<button class="main" aria-expanded=${expanded} @click=${open}>${content}</button>`;
  const name = (what: string): string => fill(texts.named, { what, title: row.title });
  const button = (kind: string, icon: TemplateResult, what: string, command: RowCommand): TemplateResult =>
    tool(`icon ${kind}`, icon, what, () => actions.obey(command, row), name(what));
  const buttons = [
    unread
      ? button('toggle', listIcons.read, texts.asRead, 'toggleRead')
      : button('toggle', listIcons.unread, texts.asUnread, 'toggleRead'),
    row.state
      ? button('to-inbox', listIcons.inbox, texts.toInbox, 'archive')
      : button('archive', listIcons.archive, texts.archive, 'archive'),
    button('snooze', listIcons.snooze, texts.snooze, 'snooze'),
    button('bin', icons.bin, texts.delete, 'remove'),
  ];
  return html`<li
    part="item ${unread ? 'item-unread' : 'item-read'}"
    class="${unread ? 'unread' : ''} ${expanded ? 'expanded' : ''} ${menu ? 'menu' : ''} ${selected ? 'selected' : ''}"
    data-id=${row.id}
  >
    ${
      selected === undefined
        ? nothing
        : html`<label class="select"
            ><input
              type="checkbox"
              aria-label=${name(texts.select)}
              .checked=${live(selected)}
              @click=${(event: MouseEvent) => actions.select(event, row)}
          /></label>`
    }
    ${main}
    <button
      class="icon actions-toggle"
      aria-label=${name(texts.actions)}
      aria-expanded=${menu}
      @click=${() => actions.menu(row)}
    >
      ${listIcons.actions}
    </button>
    ${rowExtras(row, language, (event, action) => actions.act(event, row, action))}
    <span class="actions">${buttons}</span>
  </li>`;
}

/** Whether a row is in sight in its list, or comes there at the top with the next rendering. */
export function isInSight(root: ParentNode, id: string | undefined): boolean {
  const list = root.querySelector<HTMLElement>('.scroll');
  const row = [...root.querySelectorAll<HTMLElement>('li[data-id]')].find(({ dataset }) => dataset.id === id);
  if (!list || !row) return list?.scrollTop === 0;
  const [inner, outer] = [row.getBoundingClientRect(), list.getBoundingClientRect()];
  return inner.top < outer.bottom && outer.top < inner.bottom;
}
