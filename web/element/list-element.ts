import { html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { load } from '../client/load.js';
import type { NotificationRow } from '../client/wire.js';
import { Announcer } from './announcer.js';
import { confirmDialog, openConfirm } from './confirm.js';
import { define } from './define.js';
import { InboxActions } from './inbox-actions.js';
import { notice, undoBar } from './list-parts.js';
import { type Group, listRows } from './list-rows.js';
import { type Command, commandOf, type RowCommand } from './keys.js';
import type { Language } from './language.js';
import { ListSource } from './list-source.js';
import { listStyles } from './list-styles.js';
import { type ListTexts, listTexts } from './list-texts.js';
import { type Frame, preferencesHeader } from './frame-parts.js';
import { messageStyles } from './message-styles.js';
import { isInSight, notificationRow, type RowActions } from './row.js';
import { rowExtrasStyles } from './row-extras-styles.js';
import { FocusKeeper } from './row-focus.js';
import { rowStyles } from './row-styles.js';
import { type Snoozing, snoozeDialog } from './snooze.js';
import { snoozeStyles } from './snooze-styles.js';
import { shared } from './styles.js';
import type { Texts } from './texts.js';
import { Clock } from './time.js';
import { openModal } from './top-layer.js';

/** A list of notifications: its rows, what can be done to them by pointer and by keyboard, and what is said of it. */
export abstract class ListElement extends ListSource {
  static override styles = [shared, messageStyles, rowStyles, rowExtrasStyles, snoozeStyles, listStyles];
  static override properties: PropertyDeclarations = {
    preferencesHref: { attribute: 'preferences-href' },
    expanded: { state: true },
    menu: { state: true },
    snoozing: { state: true },
    preferences: { state: true },
  };

  declare preferencesHref: string | undefined;
  /** The row whose text is shown in full, and the one whose actions are. */
  declare private expanded: string | undefined;
  declare private menu: string | undefined;
  /** Which ones, while it is asked until when. */
  declare private snoozing: (Snoozing & { rows: readonly NotificationRow[] }) | undefined;
  /** Whether they are shown instead of the list. */
  declare protected preferences: boolean;
  readonly #announcer = new Announcer(this);
  readonly #clock = new Clock(this);
  protected readonly rowFocus = new FocusKeeper(this);
  protected readonly actions = new InboxActions(this, {
    client: () => this.bound,
    language: () => this.language,
    type: () => this.filter.type,
    whole: () => (this.isWhole ? this.items : undefined),
    ask: () => void this.updateComplete.then(() => openConfirm(this.renderRoot)),
    refused: (rows) => this.refused(rows),
    announcer: this.#announcer,
    focus: this.rowFocus,
  });

  constructor() {
    super();
    this.preferences = false;
  }

  /** What stands around the list, and {@link list} in it. */
  protected abstract frame(): TemplateResult;

  /** What the frames of all lists need. */
  protected get surroundings(): Frame {
    return {
      filter: this.filter,
      types: this.types,
      unread: this.bound?.store.state.unread ?? 0,
      preferencesHref: this.preferencesHref,
      pick: (patch) => (this.filter = { ...this.filter, ...patch }),
      markAll: () => this.actions.markAll(),
      preferences: () => void this.#showPreferences(),
      follow: this.follow,
    };
  }

  /** What is to be done by a key is done to them. */
  protected get targets(): readonly NotificationRow[] {
    return this.items.filter(({ id }) => id === this.rowFocus.current);
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
    this.preferences = false;
    this.#announcer.silence();
    this.renderRoot.querySelector<HTMLDialogElement>('dialog[open]')?.close();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    this.rowFocus.before();
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.rowFocus.after(this.items);
    // The button that was pressed has gone.
    if (changed.get('preferences') !== undefined)
      this.renderRoot.querySelector<HTMLElement>(this.preferences ? '.back' : '.to-preferences')?.focus();
  }

  protected override render(): TemplateResult {
    return html`${this.preferences ? this.#renderPreferences() : this.frame()} ${this.#announcer.render()}
    ${confirmDialog(this.actions.question, this.language.texts)}
    ${snoozeDialog(this.snoozing, this.language, {
      pick: (at) => this.actions.snooze(this.snoozing?.rows ?? [], at),
      refuse: () => (this.snoozing &&= { ...this.snoozing, wrong: true }),
    })}`;
  }

  #renderPreferences(): TemplateResult {
    return html`${preferencesHeader(this.language.texts, () => (this.preferences = false), this.close)}
      <div class="scroll">
        <carillon-preferences
          .client=${this.bound}
          .texts=${this.texts}
          lang=${this.language.locale}
          theme=${this.theme ?? nothing}
        ></carillon-preferences>
      </div>`;
  }

  async #showPreferences(): Promise<void> {
    try {
      // Loaded only when they are wanted: most readers never do.
      const { CarillonPreferences } = await load(() => import('./preferences.js'));
      define('carillon-preferences', CarillonPreferences);
      this.preferences = true;
    } catch {
      this.actions.failed = this.language.texts.actionFailed;
      this.requestUpdate();
    }
  }

  /** Where it can be closed. */
  protected readonly close: (() => void) | undefined;

  /** With what is to be said of it above, and what can be taken back below. */
  protected list(): TemplateResult {
    const { texts } = this.language;
    const { offer, progress } = this.actions;
    return html`${this.#notices()}
      <div class="scroll" part="list" tabindex="-1" aria-busy=${this.view?.state.loading ?? false}>
        ${listRows({
          texts,
          filter: this.filter,
          state: this.view?.state,
          groups: () => this.groups(),
          row: this.#row,
          retry: () => this.retry(),
          more: () => void this.view?.loadMore(),
        })}
      </div>
      ${
        offer || progress
          ? undoBar(
              texts,
              offer ? this.actions.describe(texts.done[offer.deed], offer.rows) : texts.undoing,
              progress,
              offer && { undo: () => this.actions.undo(offer), dismiss: () => this.actions.dismissUndo() },
            )
          : nothing
      }`;
  }

  #notices(): TemplateResult | typeof nothing {
    const { texts } = this.language;
    if (this.actions.failed) return notice(this.actions.failed, 'failed');
    const status = this.bound?.store.state.status;
    if (status === 'offline') return notice(texts.offline, 'muted');
    // Without a list, that is said in its place.
    return status === 'signed-out' && this.view?.state.loaded ? notice(texts.signedOut, 'failed') : nothing;
  }

  /** The rows under their headings. */
  protected groups(): Group[] {
    return [{ rows: this.items }];
  }

  /** Whether a row is selected; undefined where none can be. */
  protected isSelected(_id: string): boolean | undefined {
    return undefined;
  }

  protected select(_id: string, _extends: boolean): void {}

  /** What was asked for did not work with these. */
  protected refused(_rows: readonly NotificationRow[]): void {}

  readonly #row = (row: NotificationRow): TemplateResult => {
    const look = {
      level: this.levelOf(row),
      expanded: row.id === this.expanded,
      menu: row.id === this.menu,
      selected: this.isSelected(row.id),
    };
    return notificationRow(row, look, this.language, this.#clock, this.#rowActions);
  };

  readonly #rowActions: RowActions = {
    open: (event, row) => {
      this.#offer(event, 'carillon-open', { notification: row });
      this.actions.open(row);
      this.expanded = this.expanded === row.id ? undefined : row.id;
    },
    menu: (row) => (this.menu = this.menu === row.id ? undefined : row.id),
    select: (event, row) => this.select(row.id, event.shiftKey),
    act: (event, row, action) => {
      this.#offer(event, 'carillon-action', { notification: row, action });
      this.actions.act(row, action);
    },
    obey: (command, row) => {
      // The button that was pressed goes with the others of the row.
      if (command === 'toggleRead' && this.menu) this.rowFocus.row(row.id);
      if (command === 'toggleRead') this.menu = undefined;
      this.#apply(command, [row]);
    },
  };

  #apply(command: RowCommand, rows: readonly NotificationRow[]): void {
    if (command === 'snooze') this.#askSnooze(rows);
    // Or out of the archive, or out of their snooze, where these are shown.
    else if (command === 'archive' && this.filter.state) this.actions.toInbox(rows);
    else this.actions[command](rows);
  }

  /** Fires an event that an application may answer by going there itself. */
  #offer(cause: Event, name: string, detail: object): void {
    const offer = new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable: true });
    if (!this.dispatchEvent(offer)) cause.preventDefault();
  }

  protected readonly follow = (event: Event): void =>
    this.#offer(event, 'carillon-navigate', { href: (event.currentTarget as HTMLAnchorElement).href });

  #askSnooze(rows: readonly NotificationRow[]): void {
    if (rows.length === 0) return;
    this.snoozing = { rows, now: new Date(), wrong: false };
    void this.updateComplete.then(() => openModal(this.renderRoot.querySelector('dialog.snooze')));
  }

  /** Does what a key means. @internal */
  heed(event: KeyboardEvent): void {
    const command = this.preferences ? undefined : commandOf(event);
    if (command && this.obey(command, event)) event.preventDefault();
  }

  /** @returns whether the command means something here */
  protected obey(command: Command, event?: KeyboardEvent): boolean {
    switch (command) {
      case 'next':
      case 'previous':
      case 'first':
      case 'last': {
        const id = this.rowFocus.move(command, event?.key.length === 1);
        if (id !== undefined && event?.shiftKey) this.select(id, true);
        return id !== undefined;
      }
      case 'undo':
        this.actions.undo();
        return true;
      case 'toggleRead':
      case 'remove':
      case 'archive':
      case 'snooze':
        this.#apply(command, this.targets);
        return true;
      default:
        return false;
    }
  }

  /** @internal */
  shows(id: string | undefined): boolean {
    return this.items.some((row) => row.id === id) && isInSight(this.renderRoot, id);
  }
}
