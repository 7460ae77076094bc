import type { ReactiveControllerHost } from 'lit';
import type { Client } from '../client/client.js';
import type { NotificationRow } from '../client/wire.js';
import type { Announcer } from './announcer.js';
import type { Question } from './confirm.js';
import { fill, type Language, plural, typeLabel } from './language.js';
import type { FocusKeeper } from './row-focus.js';

interface Surroundings {
  client(): Client | undefined;
  language(): Language;
  /** The type that the list is narrowed to: "all" means what it shows. */
  type(): string | undefined;
  readonly announcer: Announcer;
  readonly focus: FocusKeeper;
}

/** What can be done to notifications, said to those who listen, and taken back. */
export class InboxActions {
  /** Whether the last action failed; the store has taken its change back. */
  failed = false;
  /** What was removed and can be taken back, the last one first. */
  removed: NotificationRow[] = [];
  /** What must be answered before it is done. */
  question: Question | undefined;
  /** Another number for each user: what was done as a former one is not said to the next. */
  #turn = 0;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly around: Surroundings,
  ) {}

  /** Drops what is another user's. */
  forget(): void {
    this.#turn++;
    this.failed = false;
    this.removed = [];
    this.question = undefined;
  }

  markRead(row: NotificationRow): void {
    void this.#try((client) => client.store.markRead(row.id));
  }

  toggleRead(row: NotificationRow): void {
    if (row.read_at === null) this.markRead(row);
    else void this.#try((client) => client.store.markUnread(row.id));
  }

  markAll(): void {
    void this.#try(async (client) => {
      const marked = await client.store.markAllRead(this.#scope());
      const language = this.around.language();
      this.around.announcer.say(plural(language, language.texts.markedRead, marked));
    });
  }

  async remove(row: NotificationRow): Promise<void> {
    this.#keep([row, ...this.removed]);
    const done = await this.#try((client) => client.store.remove(row.id));
    if (done) this.#say('removed', row);
    else this.#keep(this.removed.filter((one) => one !== row));
  }

  undo(): void {
    const [row, ...others] = this.removed;
    if (!row) return;
    this.#keep(others);
    this.around.focus.row(row.id);
    void this.#try((client) => client.store.restore(row)).then((done) => {
      if (done) this.#say('restored', row);
    });
  }

  /** Takes the offer back to undo. */
  dismissUndo(): void {
    this.#keep([]);
    this.around.focus.list();
  }

  askRemoveRead(): void {
    const language = this.around.language();
    const { texts } = language;
    const { type } = this.#scope();
    this.question = {
      title: texts.confirmRead,
      body: type ? fill(texts.confirmReadOfType, { type: typeLabel(language, type) }) : texts.confirmReadBody,
      action: texts.deleteRead,
      run: () =>
        void this.#try(async (client) => {
          const removed = await client.store.removeRead(this.#scope());
          this.around.announcer.say(plural(language, texts.removedRead, removed));
        }),
    };
    this.host.requestUpdate();
  }

  #scope(): { type?: string } {
    const type = this.around.type();
    return type ? { type } : {};
  }

  #keep(removed: NotificationRow[]): void {
    this.removed = removed;
    this.host.requestUpdate();
  }

  #say(what: 'removed' | 'restored', { title }: NotificationRow): void {
    this.around.announcer.say(fill(this.around.language().texts[what], { title }));
  }

  /** @returns whether it went well; if not, the store has taken the change back, and that is announced */
  async #try(action: (client: Client) => Promise<unknown>): Promise<boolean> {
    const client = this.around.client();
    const turn = this.#turn;
    this.failed = false;
    this.host.requestUpdate();
    try {
      if (client) await action(client);
      return turn === this.#turn;
    } catch {
      if (turn !== this.#turn) return false;
      this.failed = true;
      this.around.announcer.say(this.around.language().texts.actionFailed, true);
      this.host.requestUpdate();
      return false;
    }
  }
}
