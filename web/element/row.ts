import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { safeLink } from '../client/link.js';
import type { Level, NotificationAction, NotificationRow } from '../client/wire.js';
import { icons } from './icons.js';
import { fill, type Language, typeLabel } from './language.js';
import { listIcons } from './list-icons.js';
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
  toggleRead(row: NotificationRow): void;
  archive(row: NotificationRow): void;
  toInbox(row: NotificationRow): void;
  snooze(row: NotificationRow): void;
  remove(row: NotificationRow): void;
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
          >${row.actor ? html`<bdi class="who">${row.actor.name}</bdi> ${dot} ` : nothing}${until ?? clock.render(language, row.created_at)}
          ${dot} <bdi>${typeLabel(language, row.type)}</bdi></span
        >
      </span>
    </span>
  `;
  const main = link
    ? html`<a class="main" href=${link} rel="noopener noreferrer" @click=${open}>${content}</a>`
    : html`<button class="main" aria-expanded=${expanded} @click=${open}>${content}</button>`;
  const name = (what: string): string => fill(texts.named, { what, title: row.title });
  const button = (kind: string, icon: TemplateResult, what: string, act: () => void): TemplateResult =>
    html`<button class="icon ${kind}" aria-label=${name(what)} title=${what} @click=${act}>
      ${icon}<span class="label">${what}</span>
    </button>`;
  const buttons = [
    unread
      ? button('toggle', listIcons.read, texts.asRead, () => actions.toggleRead(row))
      : button('toggle', listIcons.unread, texts.asUnread, () => actions.toggleRead(row)),
    row.state
      ? button('to-inbox', listIcons.inbox, texts.toInbox, () => actions.toInbox(row))
      : button('archive', listIcons.archive, texts.archive, () => actions.archive(row)),
    button('snooze', listIcons.snooze, texts.snooze, () => actions.snooze(row)),
    button('bin', icons.bin, texts.delete, () => actions.remove(row)),
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
