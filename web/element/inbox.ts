import { html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Client } from '../client/client.js';
import type { InboxView, ViewFilter } from '../client/view.js';
import type { Level, NotificationRow, NotificationType } from '../client/wire.js';
import { Announcer } from './announcer.js';
import { CarillonElement } from './base.js';
import { confirmDialog, openConfirm, type Question } from './confirm.js';
import { EndWatcher } from './end-watcher.js';
import { broken, empty, inboxHeader, skeleton, undoBar } from './inbox-parts.js';
import { inboxStyles } from './inbox-styles.js';
import { fill, plural, typeLabel } from './language.js';
import { messageStyles } from './message-styles.js';
import { isInSight, notificationRow, type RowActions } from './row.js';
import { FocusKeeper } from './row-focus.js';
import { shared } from './styles.js';
import { Clock } from './time.js';

/**
 * The list of notifications with everything that can be done to them. The bell shows it in its panel; it can stand
 * alone on a page too.
 *
 * @fires carillon-open a notification was opened: `detail` is `{ notification }`. Preventing its default prevents
 * following the link, for an application that navigates by itself.
 */
export class CarillonInbox extends CarillonElement {
  static override styles = [shared, messageStyles, inboxStyles];
  static override properties: PropertyDeclarations = {
    closable: { type: Boolean },
    filter: { state: true },
    types: { state: true },
    question: { state: true },
    failed: { state: true },
    removed: { state: true },
    expanded: { state: true },
  };

  /** Whether to show a close button, which fires `carillon-close`. */
  declare closable: boolean;
  declare private filter: ViewFilter;
  declare private types: NotificationType[];
  declare private question: Question | undefined;
  declare private failed: boolean;
  declare private removed: NotificationRow[];
  declare private expanded: string | undefined;
  readonly #announcer = new Announcer(this);
  readonly #clock = new Clock(this);
  readonly #focus = new FocusKeeper(this);
  readonly #end = new EndWatcher(() => void this.#view?.loadMore());
  #view: InboxView | undefined;
  #leaveView: (() => void) | undefined;

  constructor() {
    super();
    this.filter = {};
    this.types = [];
    this.removed = [];
    this.failed = false;
    this.closable = false;
  }

  protected override forget(): void {
    this.removed = [];
    this.question = this.expanded = undefined;
    this.failed = false;
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
    if (this.question && changed.has('question')) openConfirm(this.renderRoot);
    const idle = !this.#view?.state.loading && !this.#view?.state.error;
    this.#end.watch(idle ? this.renderRoot.querySelector('.more') : null);
  }

  protected override render(): TemplateResult {
    return html`${this.#header()} ${this.#notices()}
      <div
        class="scroll"
        part="list"
        tabindex="-1"
        aria-busy=${this.#view?.state?.loading ?? false}
        @keydown=${this.#onKey}
      >
        ${this.#list()}
      </div>
      ${this.#undoBar()}
      <div class="end" part="footer">
        <button class="text delete-read" @click=${this.#askRemoveRead}>
          ${this.language.texts.deleteRead}
        </button>
      </div>
      ${this.#announcer.render()} ${confirmDialog(this.question, this.language.texts)}`;
  }

  #header(): TemplateResult {
    return inboxHeader(this.language, {
      filter: this.filter,
      types: this.types,
      unread: this.bound?.store.state.unread ?? 0,
      pick: (patch) => (this.filter = { ...this.filter, ...patch }),
      markAll: () => this.#markAll(),
      close: this.closable ? () => this.dispatchEvent(new CustomEvent('carillon-close')) : undefined,
    });
  }

  #notices(): TemplateResult | typeof nothing {
    const { texts } = this.language;
    if (this.failed) return html`<p class="notice failed"><span>${texts.actionFailed}</span></p>`;
    const status = this.bound?.store.state.status;
    if (status === 'offline') return html`<p class="notice muted"><span>${texts.offline}</span></p>`;
    // Without a list, that is said in its place.
    if (status === 'signed-out' && this.#view?.state?.loaded)
      return html`<p class="notice failed"><span>${texts.signedOut}</span></p>`;
    return nothing;
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
              this.#level(row),
              row.id === this.expanded,
              this.language,
              this.#clock,
              this.#actions,
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

  #undoBar(): TemplateResult | typeof nothing {
    const last = this.removed.at(-1);
    const dismiss = (): void => {
      this.removed = [];
      this.#focus.list();
    };
    return last ? undoBar(this.language.texts, last, this.#undo, dismiss) : nothing;
  }

  readonly #actions: RowActions = {
    open: (event, row) => {
      const opened = new CustomEvent('carillon-open', {
        detail: { notification: row },
        bubbles: true,
        composed: true,
        cancelable: true,
      });
      if (!this.dispatchEvent(opened)) event.preventDefault();
      if (row.read_at === null) void this.#try((client) => client.store.markRead(row.id));
      this.expanded = this.expanded === row.id ? undefined : row.id;
    },
    toggleRead: (row) =>
      void this.#try((client) =>
        row.read_at === null ? client.store.markRead(row.id) : client.store.markUnread(row.id),
      ),
    remove: (row) => void this.#remove(row),
  };

  async #remove(row: NotificationRow): Promise<void> {
    this.removed = [...this.removed, row];
    const done = await this.#try((client) => client.store.remove(row.id));
    if (done) this.#announcer.say(fill(this.language.texts.removed, { title: row.title }));
    else this.removed = this.removed.filter((one) => one !== row);
  }

  readonly #undo = (): void => {
    const row = this.removed.at(-1);
    if (!row) return;
    this.removed = this.removed.slice(0, -1);
    this.#focus.row(row.id);
    void this.#try((client) => client.store.restore(row)).then((done) => {
      if (done) this.#announcer.say(fill(this.language.texts.restored, { title: row.title }));
    });
  };

  #markAll(): void {
    void this.#try(async (client) => {
      const marked = await client.store.markAllRead(this.#scope());
      this.#announcer.say(plural(this.language, this.language.texts.markedRead, marked));
    });
  }

  readonly #askRemoveRead = (): void => {
    const { texts } = this.language;
    const type = this.filter.type && typeLabel(this.language, this.filter.type);
    this.question = {
      title: texts.confirmRead,
      body: type ? fill(texts.confirmReadOfType, { type }) : texts.confirmReadBody,
      action: texts.deleteRead,
      run: () =>
        void this.#try(async (client) => {
          const removed = await client.store.removeRead(this.#scope());
          this.#announcer.say(plural(this.language, texts.removedRead, removed));
        }),
    };
  };

  /** What "all" means: what the list shows. */
  #scope(): { type?: string } {
    return this.filter.type ? { type: this.filter.type } : {};
  }

  /** @returns whether it went well; if not, the store has taken the change back, and the user is told */
  async #try(action: (client: Client) => Promise<unknown>): Promise<boolean> {
    this.failed = false;
    const { turn } = this;
    try {
      if (this.bound) await action(this.bound);
      return turn === this.turn;
    } catch {
      if (turn !== this.turn) return false;
      this.failed = true;
      this.#announcer.say(this.language.texts.actionFailed, true);
      return false;
    }
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if ((event.ctrlKey || event.metaKey) && event.key === 'z') this.#undo();
    else if (event.key === 'Delete') {
      const row = this.#items().find((one) => one.id === this.#focus.current);
      if (row) void this.#remove(row);
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
    this.types = await client.types().catch(() => []);
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

  #level(row: NotificationRow): Level {
    return row.level ?? this.types.find(({ key }) => key === row.type)?.level ?? 'info';
  }
}
