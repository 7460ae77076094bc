import { html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Client } from '../client/client.js';
import type { InboxView, ViewFilter } from '../client/view.js';
import type { Level, NotificationRow, NotificationType } from '../client/wire.js';
import { Announcer } from './announcer.js';
import { CarillonElement } from './base.js';
import { confirmDialog, openConfirm } from './confirm.js';
import { EndWatcher } from './end-watcher.js';
import { InboxActions } from './inbox-actions.js';
import { broken, empty, notice, skeleton, undoBar } from './inbox-parts.js';
import { type Command, commandOf } from './keys.js';
import type { Language } from './language.js';
import { type ListTexts, listTexts } from './list-texts.js';
import { messageStyles } from './message-styles.js';
import { isInSight, notificationRow, type RowActions } from './row.js';
import { FocusKeeper } from './row-focus.js';
import { rowStyles } from './row-styles.js';
import { type Snoozing, snoozeDialog } from './snooze.js';
import { snoozeStyles } from './snooze-styles.js';
import { shared } from './styles.js';
import type { Texts } from './texts.js';
import { Clock } from './time.js';
import { openModal } from './top-layer.js';

/** A list of notifications: its rows, what can be done to them by pointer and by keyboard, and what is said of it. */
export abstract class ListElement extends CarillonElement {
  static override styles = [shared, messageStyles, rowStyles, snoozeStyles];
  static override properties: PropertyDeclarations = {
    preferencesHref: { attribute: 'preferences-href' },
    filter: { state: true },
    types: { state: true },
    expanded: { state: true },
    menu: { state: true },
    snoozing: { state: true },
  };

  declare preferencesHref: string | undefined;
  declare protected filter: ViewFilter;
  declare protected types: NotificationType[];
  /** The row whose text is shown in full, and the one whose actions are. */
  declare private expanded: string | undefined;
  declare private menu: string | undefined;
  /** Which ones, while it is asked until when. */
  declare private snoozing: (Snoozing & { rows: readonly NotificationRow[] }) | undefined;
  readonly #announcer = new Announcer(this);
  readonly #clock = new Clock(this);
  readonly #focus = new FocusKeeper(this);
  readonly #end = new EndWatcher(() => void this.view?.loadMore());
  protected readonly actions = new InboxActions(this, {
    client: () => this.bound,
    language: () => this.language,
    type: () => this.filter.type,
    whole: () => (this.#isWhole() ? this.items : undefined),
    ask: () => void this.updateComplete.then(() => openConfirm(this.renderRoot)),
    announcer: this.#announcer,
    focus: this.#focus,
  });
  protected view: InboxView | undefined;
  #leaveView: (() => void) | undefined;

  constructor() {
    super();
    this.filter = {};
    this.types = [];
  }

  /** What stands around the list, and {@link list} in it. */
  protected abstract frame(): TemplateResult;

  /** What is to be done by a key is done to them. */
  protected get targets(): readonly NotificationRow[] {
    return this.items.filter(({ id }) => id === this.#focus.current);
  }

  protected override get words(): typeof listTexts {
    return listTexts;
  }

  protected override get language(): Language<Texts & ListTexts> {
    return super.language as Language<Texts & ListTexts>;
  }

  protected override createRenderRoot(): ShadowRoot {
    const root = super.createRenderRoot();
    root.addEventListener('keydown', (event) => this.heed(event as KeyboardEvent));
    return root;
  }

  protected override forget(): void {
    this.actions.forget();
    this.expanded = this.menu = this.snoozing = undefined;
    this.#announcer.silence();
    this.renderRoot.querySelector<HTMLDialogElement>('dialog[open]')?.close();
  }

  protected override attach(client: Client): () => void {
    const leave = client.store.subscribe(() => this.requestUpdate());
    this.#look(client);
    void this.#loadTypes(client);
    return () => {
      leave();
      this.#leaveView?.();
      this.#leaveView = this.view = undefined;
      this.#end.watch(null);
    };
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (changed.has('filter') && this.bound) this.#look(this.bound);
    this.#focus.before();
  }

  protected override updated(_changed: PropertyValues): void {
    this.#focus.after(this.items);
    const idle = !this.view?.state.loading && !this.view?.state.error;
    this.#end.watch(idle ? this.renderRoot.querySelector('.more') : null);
  }

  protected override render(): TemplateResult {
    return html`${this.frame()} ${this.#announcer.render()}
    ${confirmDialog(this.actions.question, this.language.texts)}
    ${snoozeDialog(this.snoozing, this.language, {
      pick: (at) => this.actions.snooze(this.snoozing?.rows ?? [], at),
      refuse: () => (this.snoozing &&= { ...this.snoozing, wrong: true }),
    })}`;
  }

  /** With what is to be said of it above, and what can be taken back below. */
  protected list(): TemplateResult {
    const { texts } = this.language;
    const { offer } = this.actions;
    return html`${this.#notices()}
      <div class="scroll" part="list" tabindex="-1" aria-busy=${this.view?.state.loading ?? false}>
        ${this.#rows()}
      </div>
      ${
        offer
          ? undoBar(
              texts,
              this.actions.describe(texts.done[offer.deed], offer.rows),
              () => this.actions.undo(offer),
              () => this.actions.dismissUndo(),
            )
          : nothing
      }`;
  }

  #notices(): TemplateResult | typeof nothing {
    const { texts } = this.language;
    if (this.actions.failed) return notice(texts.actionFailed, 'failed');
    const status = this.bound?.store.state.status;
    if (status === 'offline') return notice(texts.offline, 'muted');
    // Without a list, that is said in its place.
    return status === 'signed-out' && this.view?.state.loaded ? notice(texts.signedOut, 'failed') : nothing;
  }

  #rows(): TemplateResult {
    const { texts } = this.language;
    const state = this.view?.state;
    if (!state || (!state.loaded && !state.error)) return skeleton(texts);
    if (state.error && !state.loaded) return broken(texts, state.error, () => this.#retry());
    if (state.items.length === 0 && !state.hasMore) return empty(texts, this.filter.read_state === 'unread');
    return html`<ul role="list" aria-labelledby="heading">
        ${repeat(
          state.items,
          (row) => row.id,
          (row) => this.#row(row),
        )}
      </ul>
      ${
        state.hasMore
          ? html`<div class="more">
              <button class="text" aria-disabled=${state.loading} @click=${() => void this.view?.loadMore()}>
                ${state.loading ? texts.loading : state.error ? texts.retry : texts.loadMore}
              </button>
            </div>`
          : nothing
      }`;
  }

  #row(row: NotificationRow): TemplateResult {
    const look = {
      level: this.#level(row),
      expanded: row.id === this.expanded,
      menu: row.id === this.menu,
    };
    return notificationRow(row, look, this.language, this.#clock, this.#rowActions);
  }

  readonly #rowActions: RowActions = {
    open: (event, row) => {
      this.#offer(event, 'carillon-open', { notification: row });
      this.actions.open(row);
      this.expanded = this.expanded === row.id ? undefined : row.id;
    },
    menu: (row) => (this.menu = this.menu === row.id ? undefined : row.id),
    toggleRead: (row) => {
      this.menu = undefined;
      this.actions.toggleRead([row]);
    },
    archive: (row) => this.actions.archive([row]),
    toInbox: (row) => this.actions.toInbox([row]),
    snooze: (row) => this.askSnooze([row]),
    remove: (row) => this.actions.remove([row]),
  };

  /** Fires an event that an application may answer by going there itself. */
  #offer(cause: Event, name: string, detail: object): void {
    const offer = new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable: true });
    if (!this.dispatchEvent(offer)) cause.preventDefault();
  }

  protected readonly follow = (event: Event): void =>
    this.#offer(event, 'carillon-navigate', { href: (event.currentTarget as HTMLAnchorElement).href });

  protected askSnooze(rows: readonly NotificationRow[]): void {
    if (rows.length === 0) return;
    this.snoozing = { rows, now: new Date(), wrong: false };
    void this.updateComplete.then(() => openModal(this.renderRoot.querySelector('dialog.snooze')));
  }

  /** Does what a key means. @internal */
  heed(event: KeyboardEvent): void {
    const command = commandOf(event);
    if (command && this.obey(command, event)) event.preventDefault();
  }

  /** @returns whether the command means something here */
  protected obey(command: Command, event: KeyboardEvent): boolean {
    switch (command) {
      case 'next':
      case 'previous':
      case 'first':
      case 'last':
        return this.#focus.move(command, event.key.length === 1) !== undefined;
      case 'undo':
        this.actions.undo();
        return true;
      case 'toggleRead':
      case 'remove':
        this.actions[command](this.targets);
        return true;
      case 'archive':
        if (this.filter.state === 'archived') this.actions.toInbox(this.targets);
        else this.actions.archive(this.targets);
        return true;
      case 'snooze':
        this.askSnooze(this.targets);
        return true;
    }
  }

  #look(client: Client): void {
    const view = client.store.view(this.filter);
    if (view === this.view) return;
    this.#leaveView?.();
    this.view = view;
    this.#leaveView = view.subscribe(() => this.requestUpdate());
  }

  async #loadTypes(client: Client): Promise<void> {
    // Without them the list still works: it lacks the filter by type.
    ({ types: this.types } = await client.catalogue().catch(() => ({ types: [] })));
  }

  #retry(): void {
    void this.bound?.store.refresh();
    void this.view?.loadMore();
    if (this.bound && this.types.length === 0) void this.#loadTypes(this.bound);
  }

  protected get items(): readonly NotificationRow[] {
    return this.view?.state.items ?? [];
  }

  /** Whether no row of the inbox, of the type, is not shown. */
  #isWhole(): boolean {
    const { read_state, state } = this.filter;
    return this.view?.state.hasMore === false && read_state === undefined && state === undefined;
  }

  /** @internal */
  shows(id: string | undefined): boolean {
    return this.items.some((row) => row.id === id) && isInSight(this.renderRoot, id);
  }

  #level(row: NotificationRow): Level {
    return row.level ?? this.types.find(({ key }) => key === row.type)?.level ?? 'info';
  }
}
