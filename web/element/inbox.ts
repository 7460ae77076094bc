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
import { inboxFooter, inboxHeader, preferencesHeader } from './inbox-frame.js';
import { broken, empty, notice, skeleton, undoBar } from './inbox-parts.js';
import { inboxStyles } from './inbox-styles.js';
import { messageStyles } from './message-styles.js';
import { isInSight, notificationRow, type RowActions } from './row.js';
import { FocusKeeper } from './row-focus.js';
import { rowStyles } from './row-styles.js';
import { shared } from './styles.js';
import { Clock } from './time.js';

/**
 * The list of notifications with everything that can be done to them, and the way to the preferences. The bell shows it
 * in its panel; it can stand alone on a page too.
 *
 * @fires carillon-open a notification was opened: `detail` is `{ notification }`. Preventing its default prevents
 * following the link, for an application that navigates by itself.
 * @fires carillon-navigate a link to a page of the application was followed: `detail` is `{ href }`, and the same holds.
 */
export class CarillonInbox extends CarillonElement {
  static override styles = [shared, messageStyles, inboxStyles, rowStyles];
  static override properties: PropertyDeclarations = {
    closable: { type: Boolean },
    preferencesHref: { attribute: 'preferences-href' },
    inboxHref: { attribute: 'inbox-href' },
    filter: { state: true },
    types: { state: true },
    expanded: { state: true },
    menu: { state: true },
    preferences: { state: true },
  };

  /** Whether to show a close button, which fires `carillon-close`. */
  declare closable: boolean;
  declare preferencesHref: string | undefined;
  declare inboxHref: string | undefined;
  declare private filter: ViewFilter;
  declare private types: NotificationType[];
  /** The row whose text is shown in full, and the one whose actions are. */
  declare private expanded: string | undefined;
  declare private menu: string | undefined;
  /** Whether they are shown instead of the list. */
  declare private preferences: boolean;
  readonly #announcer = new Announcer(this);
  readonly #clock = new Clock(this);
  readonly #focus = new FocusKeeper(this);
  readonly #end = new EndWatcher(() => void this.#view?.loadMore());
  readonly #actions = new InboxActions(this, {
    client: () => this.bound,
    language: () => this.language,
    type: () => this.filter.type,
    announcer: this.#announcer,
    focus: this.#focus,
  });
  #view: InboxView | undefined;
  #leaveView: (() => void) | undefined;

  constructor() {
    super();
    this.filter = {};
    this.types = [];
    this.closable = false;
    this.preferences = false;
  }

  protected override forget(): void {
    this.#actions.forget();
    this.expanded = this.menu = undefined;
    this.preferences = false;
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
      this.#leaveView = this.#view = undefined;
      this.#end.watch(null);
    };
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (changed.has('filter') && this.bound) this.#look(this.bound);
    this.#focus.before();
  }

  protected override updated(changed: PropertyValues): void {
    this.#focus.after(this.#items());
    const idle = !this.#view?.state.loading && !this.#view?.state.error;
    this.#end.watch(idle ? this.renderRoot.querySelector('.more') : null);
    // The button that was pressed has gone.
    if (changed.get('preferences') !== undefined)
      this.renderRoot.querySelector<HTMLElement>(this.preferences ? '.back' : '.to-preferences')?.focus();
  }

  protected override render(): TemplateResult {
    return html`${this.preferences ? this.#renderPreferences() : this.#renderInbox()}
    ${this.#announcer.render()} ${confirmDialog(this.#actions.question, this.language.texts)}`;
  }

  #renderInbox(): TemplateResult {
    const { language } = this;
    const [last] = this.#actions.removed;
    return html`${inboxHeader(language, {
        filter: this.filter,
        types: this.types,
        unread: this.bound?.store.state.unread ?? 0,
        preferencesHref: this.preferencesHref,
        pick: (patch) => (this.filter = { ...this.filter, ...patch }),
        markAll: () => this.#actions.markAll(),
        preferences: () => void this.#showPreferences(),
        follow: this.#follow,
        close: this.#close,
      })}
      ${this.#notices()}
      <div
        class="scroll"
        part="list"
        tabindex="-1"
        aria-busy=${this.#view?.state.loading ?? false}
        @keydown=${this.#onKey}
      >
        ${this.#list()}
      </div>
      ${
        last
          ? undoBar(
              language.texts,
              last,
              () => this.#actions.undo(),
              () => this.#actions.dismissUndo(),
            )
          : nothing
      }
      ${inboxFooter(language.texts, {
        inboxHref: this.inboxHref,
        follow: this.#follow,
        deleteRead: this.#hasRead() ? this.#askDeleteRead : undefined,
      })}`;
  }

  #renderPreferences(): TemplateResult {
    return html`${preferencesHeader(this.language.texts, () => (this.preferences = false), this.#close)}
      <div class="scroll">
        <carillon-preferences
          .client=${this.bound}
          .texts=${this.texts}
          lang=${this.language.locale}
          theme=${this.theme ?? nothing}
        ></carillon-preferences>
      </div>`;
  }

  #notices(): TemplateResult | typeof nothing {
    const { texts } = this.language;
    if (this.#actions.failed) return notice(texts.actionFailed, 'failed');
    const status = this.bound?.store.state.status;
    if (status === 'offline') return notice(texts.offline, 'muted');
    // Without a list, that is said in its place.
    return status === 'signed-out' && this.#view?.state.loaded ? notice(texts.signedOut, 'failed') : nothing;
  }

  #list(): TemplateResult {
    const { texts } = this.language;
    const state = this.#view?.state;
    if (!state || (!state.loaded && !state.error)) return skeleton(texts);
    if (state.error && !state.loaded) return broken(texts, state.error, () => this.#retry());
    if (state.items.length === 0 && !state.hasMore) return empty(texts, this.filter.read_state === 'unread');
    return html`<ul role="list" aria-labelledby="heading">
        ${repeat(
          state.items,
          (row) => row.id,
          (row) =>
            notificationRow(
              row,
              { level: this.#level(row), expanded: row.id === this.expanded, menu: row.id === this.menu },
              this.language,
              this.#clock,
              this.#rowActions,
            ),
        )}
      </ul>
      ${
        state.hasMore
          ? html`<div class="more">
              <button class="text" aria-disabled=${state.loading} @click=${() => void this.#view?.loadMore()}>
                ${state.loading ? texts.loading : state.error ? texts.retry : texts.loadMore}
              </button>
            </div>`
          : nothing
      }`;
  }

  readonly #rowActions: RowActions = {
    open: (event, row) => {
      this.#offer(event, 'carillon-open', { notification: row });
      if (row.read_at === null) this.#actions.markRead(row);
      this.expanded = this.expanded === row.id ? undefined : row.id;
    },
    menu: (row) => (this.menu = this.menu === row.id ? undefined : row.id),
    toggleRead: (row) => {
      this.menu = undefined;
      this.#actions.toggleRead(row);
    },
    remove: (row) => void this.#actions.remove(row),
  };

  /** Fires an event that an application may answer by going there itself. */
  #offer(cause: Event, name: string, detail: object): void {
    const offer = new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable: true });
    if (!this.dispatchEvent(offer)) cause.preventDefault();
  }

  readonly #follow = (event: Event): void =>
    this.#offer(event, 'carillon-navigate', { href: (event.currentTarget as HTMLAnchorElement).href });

  get #close(): (() => void) | undefined {
    return this.closable ? () => this.dispatchEvent(new CustomEvent('carillon-close')) : undefined;
  }

  readonly #askDeleteRead = (): void => {
    this.#actions.askRemoveRead();
    void this.updateComplete.then(() => openConfirm(this.renderRoot));
  };

  async #showPreferences(): Promise<void> {
    try {
      // Loaded only when they are wanted: most readers never do.
      await import('./preferences.js');
      this.preferences = true;
    } catch {
      this.#actions.failed = true;
      this.requestUpdate();
    }
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if ((event.ctrlKey || event.metaKey) && event.key === 'z') this.#actions.undo();
    else if (event.key === 'Delete') {
      const row = this.#items().find((one) => one.id === this.#focus.current);
      if (row) void this.#actions.remove(row);
    } else if (!this.#focus.move(event.key)) return;
    event.preventDefault();
  };

  #look(client: Client): void {
    const view = client.store.view(this.filter);
    if (view === this.#view) return;
    this.#leaveView?.();
    this.#view = view;
    this.#leaveView = view.subscribe(() => this.requestUpdate());
  }

  async #loadTypes(client: Client): Promise<void> {
    // Without them the list still works: it lacks the filter by type.
    ({ types: this.types } = await client.catalogue().catch(() => ({ types: [] })));
  }

  #retry(): void {
    void this.bound?.store.refresh();
    void this.#view?.loadMore();
    if (this.bound && this.types.length === 0) void this.#loadTypes(this.bound);
  }

  #items(): readonly NotificationRow[] {
    return this.#view?.state.items ?? [];
  }

  /** @internal */
  shows(id: string | undefined): boolean {
    return this.#items().some((row) => row.id === id) && isInSight(this.renderRoot, id);
  }

  /** Whether the list has, or may have further down, what deleting the read ones would delete. */
  #hasRead(): boolean {
    const state = this.#view?.state;
    if (!state?.loaded || this.filter.read_state === 'unread') return false;
    return state.hasMore || state.items.some((row) => row.read_at !== null);
  }

  #level(row: NotificationRow): Level {
    return row.level ?? this.types.find(({ key }) => key === row.type)?.level ?? 'info';
  }
}
