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
import { messageStyles } from './message-styles.js';
import { isInSight, notificationRow, type RowActions } from './row.js';
import { FocusKeeper } from './row-focus.js';
import { rowStyles } from './row-styles.js';
import { shared } from './styles.js';
import { Clock } from './time.js';

/** A list of notifications: its rows, what can be done to them by pointer and by keyboard, and what is said of it. */
export abstract class ListElement extends CarillonElement {
  static override styles = [shared, messageStyles, rowStyles];
  static override properties: PropertyDeclarations = {
    preferencesHref: { attribute: 'preferences-href' },
    filter: { state: true },
    types: { state: true },
    expanded: { state: true },
    menu: { state: true },
  };

  declare preferencesHref: string | undefined;
  declare protected filter: ViewFilter;
  declare protected types: NotificationType[];
  /** The row whose text is shown in full, and the one whose actions are. */
  declare private expanded: string | undefined;
  declare private menu: string | undefined;
  readonly #announcer = new Announcer(this);
  readonly #clock = new Clock(this);
  readonly #focus = new FocusKeeper(this);
  readonly #end = new EndWatcher(() => void this.view?.loadMore());
  protected readonly actions = new InboxActions(this, {
    client: () => this.bound,
    language: () => this.language,
    type: () => this.filter.type,
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

  protected override forget(): void {
    this.actions.forget();
    this.expanded = this.menu = undefined;
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
    ${confirmDialog(this.actions.question, this.language.texts)}`;
  }

  /** With what is to be said of it above, and what can be taken back below. */
  protected list(): TemplateResult {
    const { texts } = this.language;
    const [last] = this.actions.removed;
    return html`${this.#notices()}
      <div
        class="scroll"
        part="list"
        tabindex="-1"
        aria-busy=${this.view?.state.loading ?? false}
        @keydown=${this.#onKey}
      >
        ${this.#rows()}
      </div>
      ${
        last
          ? undoBar(
              texts,
              last,
              () => this.actions.undo(),
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
      if (row.read_at === null) this.actions.markRead(row);
      this.expanded = this.expanded === row.id ? undefined : row.id;
    },
    menu: (row) => (this.menu = this.menu === row.id ? undefined : row.id),
    toggleRead: (row) => {
      this.menu = undefined;
      this.actions.toggleRead(row);
    },
    remove: (row) => void this.actions.remove(row),
  };

  /** Fires an event that an application may answer by going there itself. */
  #offer(cause: Event, name: string, detail: object): void {
    const offer = new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable: true });
    if (!this.dispatchEvent(offer)) cause.preventDefault();
  }

  protected readonly follow = (event: Event): void =>
    this.#offer(event, 'carillon-navigate', { href: (event.currentTarget as HTMLAnchorElement).href });

  protected readonly askDeleteRead = (): void => {
    this.actions.askRemoveRead();
    void this.updateComplete.then(() => openConfirm(this.renderRoot));
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if ((event.ctrlKey || event.metaKey) && event.key === 'z') this.actions.undo();
    else if (event.key === 'Delete') {
      const row = this.items.find((one) => one.id === this.#focus.current);
      if (row) void this.actions.remove(row);
    } else if (!this.#focus.move(event.key)) return;
    event.preventDefault();
  };

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

  /** @internal */
  shows(id: string | undefined): boolean {
    return this.items.some((row) => row.id === id) && isInSight(this.renderRoot, id);
  }

  #level(row: NotificationRow): Level {
    return row.level ?? this.types.find(({ key }) => key === row.type)?.level ?? 'info';
  }
}
