import type { ReactiveControllerHost } from 'lit';
import type { ApiError } from '../client/errors.js';
import type { Client } from '../client/client.js';
import type { InboxStore } from '../client/store.js';
import type { NotificationAction, NotificationRow, Scope } from '../client/wire.js';
import type { Announcer } from './announcer.js';
import { Batches, type Outcome } from './batches.js';
import type { Question } from './confirm.js';
import { fill, type Language, plural, typeLabel } from './language.js';
import type { Deed, ListTexts } from './list-texts.js';
import type { FocusKeeper } from './row-focus.js';
import type { Plural, Texts } from './texts.js';
import { type Done, ofSome, takeBack } from './undo.js';

interface Surroundings {
  client(): Client | undefined;
  language(): Language<Texts & ListTexts>;
  /** The type that the list is narrowed to: "all" means what it shows. */
  type(): string | undefined;
  /** The inbox, where all of it is shown. */
  whole(): readonly NotificationRow[] | undefined;
  /** Asks what {@link InboxActions.question} says. */
  ask(): void;
  /** It did not work with these. */
  refused(rows: readonly NotificationRow[]): void;
  readonly announcer: Announcer;
  readonly focus: FocusKeeper;
}

/** As much as the server lists at once: of more, what was done to all cannot be taken back. */
const MOST = 200;
/** Of more that did not work, the others are counted. */
const NAMED = 3;

/** What can be done to notifications, said to those who listen, and taken back. */
export class InboxActions {
  /** What of the last action failed; the store has taken its change back. */
  failed: string | undefined;
  readonly #batches = new Batches();
  /** What must be answered before it is done. */
  question: Question | undefined;
  /** What can be taken back, the last one first. */
  #done: readonly Done[] = [];
  /** Another number for each user: what was done as a former one is not said to the next. */
  #turn = 0;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly around: Surroundings,
  ) {}

  /** Drops what is another user's. */
  forget(): void {
    this.#turn++;
    this.failed = this.question = undefined;
    this.#batches.forget();
    this.#done = [];
  }

  get progress(): Batches['progress'] {
    return this.#batches.progress;
  }

  /** What a bar offers to take back. */
  get offer(): Done | undefined {
    return this.#done.find(({ offered }) => offered);
  }

  /** By opening it: nothing that is taken back. */
  open(row: NotificationRow): void {
    if (row.read_at === null) void this.#each([row], (store) => store.markRead(row.id));
  }

  /** Nothing that is taken back: it may be dealt with already. */
  act(row: NotificationRow, { id, label }: NotificationAction): void {
    const { texts } = this.around.language();
    // The button that was pressed goes.
    this.around.focus.row(row.id);
    void this.#each([row], (store) => store.act(row.id, id)).then(({ went }) => {
      if (went.length > 0) this.around.announcer.say(fill(texts.named, { what: texts.acted, title: label }));
    });
  }

  /** All of them read, or all of them unread when no one is unread. */
  toggleRead(rows: readonly NotificationRow[]): void {
    const unread = rows.filter((row) => row.read_at === null);
    if (unread.length > 0) void this.#do('read', unread, (store, row) => store.markRead(row.id));
    else void this.#do('unread', rows, (store, row) => store.markUnread(row.id));
  }

  archive(rows: readonly NotificationRow[]): void {
    void this.#do('archived', rows, (store, row) => store.archive(row.id));
  }

  /** Out of the archive, or out of their snooze. */
  toInbox(rows: readonly NotificationRow[]): void {
    const back = (store: InboxStore, row: NotificationRow): Promise<void> =>
      row.state === 'snoozed' ? store.snooze(row.id, null) : store.archive(row.id, false);
    void this.#do('inbox', rows, back);
  }

  snooze(rows: readonly NotificationRow[], until: Date): void {
    void this.#do('snoozed', rows, (store, row) => store.snooze(row.id, until));
  }

  remove(rows: readonly NotificationRow[]): void {
    void this.#do('deleted', rows, (store, row) => store.remove(row.id));
  }

  markAll(): void {
    const { texts } = this.around.language();
    const run = (client: Client, scope: Scope): Promise<number> => client.store.markAllRead(scope);
    const question = { title: texts.confirmAll, body: texts.confirmAllBody, action: texts.markAllRead };
    void this.#all('read', this.#scope(), texts.markedRead, question, run);
  }

  archiveRead(): void {
    const { texts } = this.around.language();
    const run = (client: Client, scope: Scope): Promise<number> => client.store.archiveRead(scope);
    const question = {
      title: texts.confirmArchive,
      body: texts.confirmArchiveBody,
      action: texts.archiveRead,
    };
    void this.#all('archived', this.#scope(), texts.archivedRead, question, run);
  }

  askRemoveRead(): void {
    const { texts } = this.around.language();
    const scope = this.#scope();
    const run = (client: Client): Promise<number> => client.store.removeRead(scope);
    this.#ask(scope, {
      title: texts.confirmRead,
      body: texts.confirmReadBody,
      action: texts.deleteRead,
      run: () => void this.#all('deleted', scope, texts.removedRead, undefined, run),
    });
  }

  /** @param done the last one where nothing is said */
  undo(done = this.#done[0]): void {
    if (!done) return;
    this.#keep(this.#done.filter((one) => one !== done));
    const { deed, rows } = done;
    if (rows[0]) this.around.focus.row(rows[0].id);
    const { undone } = this.around.language().texts;
    const left: NotificationRow[] = [];
    const back = (store: InboxStore, row: NotificationRow): Promise<unknown> =>
      takeBack(deed, store, row).catch((error: Partial<ApiError>) => {
        // What is no more is not offered again.
        if (error.status !== 404) left.push(row);
        throw error;
      });
    void this.#each(rows, back).then(({ went }) => {
      this.#keep([...ofSome(done, left), ...this.#done]);
      this.#say({ other: undone }, went);
    });
  }

  /** Takes the offer back to undo. */
  dismissUndo(): void {
    this.#keep([]);
    this.around.focus.list();
  }

  /** What was done, and to what: its title, or how many. */
  describe(what: Plural, rows: readonly NotificationRow[]): string {
    const language = this.around.language();
    const [row] = rows;
    const title = rows.length === 1 && row ? row.title : plural(language, language.texts.many, rows.length);
    return fill(language.texts.named, { what: plural(language, what, rows.length), title });
  }

  async #do(
    deed: Deed,
    rows: readonly NotificationRow[],
    call: (store: InboxStore, row: NotificationRow) => Promise<unknown>,
  ): Promise<void> {
    if (rows.length === 0) return;
    const offered = rows.length > 1 || (deed !== 'read' && deed !== 'unread');
    const done: Done = { deed, rows, offered };
    this.#keep([done, ...this.#done]);
    const { went, lost } = await this.#each(rows, call);
    if (lost.length > 0) {
      // It may have been taken back meanwhile.
      this.#keep(this.#done.flatMap((one) => (one === done ? ofSome(done, went) : [one])));
    }
    this.#say(this.around.language().texts.done[deed], went);
  }

  /**
   * What is done to all of a kind: so many that they cannot be taken back one by one are asked about first.
   * @param scope as the list was when it was asked for: another one may be shown when it is answered
   * @param question undefined: it has been asked
   */
  async #all(
    deed: 'read' | 'archived' | 'deleted',
    scope: Scope,
    said: Plural,
    question: Omit<Question, 'run'> | undefined,
    run: (client: Client, scope: Scope) => Promise<number>,
  ): Promise<void> {
    const language = this.around.language();
    const go = (rows: readonly NotificationRow[]): Promise<boolean> =>
      this.#try(async (client) => {
        this.around.announcer.say(plural(language, said, await run(client, scope)));
        if (rows.length > 0) this.#keep([{ deed, rows, offered: true }, ...this.#done]);
      });
    const unread = deed === 'read';
    const whole = this.around.whole()?.filter((row) => (row.read_at === null) === unread);
    if (whole && whole.length <= MOST) return void go(whole);
    await this.#try(async (client) => {
      const read_state = unread ? 'unread' : 'read';
      const filter = { ...scope, read_state, limit: MOST } as const;
      const { notifications, has_more } = await client.inbox.list(filter);
      if (has_more && question) this.#ask(scope, { ...question, run: () => void go([]) });
      else await go(has_more ? [] : notifications);
    });
  }

  /** Of one type alone, the question says so: rows of others may have been in sight a moment ago. */
  #ask({ type }: Scope, question: Question): void {
    const language = this.around.language();
    const only = type && fill(language.texts.onlyOfType, { type: typeLabel(language, type) });
    this.question = only ? { ...question, body: `${question.body} ${only}` } : question;
    this.host.requestUpdate();
    this.around.ask();
  }

  #scope(): Scope {
    const type = this.around.type();
    return type ? { type } : {};
  }

  #keep(done: readonly Done[]): void {
    this.#done = done;
    this.host.requestUpdate();
  }

  #say(what: Plural, rows: readonly NotificationRow[]): void {
    if (rows.length > 0) this.around.announcer.say(this.describe(what, rows));
  }

  /** @returns with which it went well, and with which not; none once it is another user */
  async #each(
    rows: readonly NotificationRow[],
    call: (store: InboxStore, row: NotificationRow) => Promise<unknown>,
  ): Promise<Outcome> {
    const client = this.around.client();
    this.#fail(undefined);
    const outcome = await this.#batches.run(rows, (row) => client && call(client.store, row));
    if (!outcome) return { went: [], lost: [] };
    this.host.requestUpdate();
    const { lost } = outcome;
    if (lost.length > 0) {
      this.around.refused(lost);
      this.#fail(this.#named(lost));
    }
    return outcome;
  }

  /** That it did not work, and with which. */
  #named(rows: readonly NotificationRow[]): string {
    const language = this.around.language();
    const { texts } = language;
    const titles = rows.slice(0, NAMED).map(({ title }) => title);
    if (rows.length > NAMED) titles.push(plural(language, texts.others, rows.length - NAMED));
    return fill(texts.named, { what: texts.failed, title: titles.join(', ') });
  }

  /** @returns whether it went well; if not, the store has taken the change back, and that is announced */
  async #try(action: (client: Client) => Promise<unknown>): Promise<boolean> {
    const client = this.around.client();
    const turn = this.#turn;
    this.#fail(undefined);
    try {
      if (client) await action(client);
      return turn === this.#turn;
    } catch {
      if (turn === this.#turn) this.#fail(this.around.language().texts.actionFailed);
      return false;
    }
  }

  #fail(text: string | undefined): void {
    this.failed = text;
    if (text) this.around.announcer.say(text, true);
    this.host.requestUpdate();
  }
}
