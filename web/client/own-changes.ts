import { InboxApi } from './api.js';
import { type Change, idsOf } from './changes.js';
import { ApiError } from './errors.js';
import type { Http } from './http.js';
import type { Ledger } from './ledger.js';
import { Gate, Turns } from './turns.js';

/** The stream says an own change well within this; of one that changed nothing, never. */
const ECHO_MS = 2_000;

/** As many as a browser has connections for. It refuses the twenty-first that is to outlive its page. */
const AT_ONCE = 6;

export type Call<T> = (inbox: InboxApi) => Promise<T>;

export interface OwnChangesCallbacks {
  /** What is shown may have changed. */
  changed(): void;
  /** A call was answered, well or not. */
  settled(): void;
  /** Asks what became of everything. */
  resync(): Promise<void>;
}

/**
 * What the user does: it shows at once, and goes away again when the server refuses it. It is done as the user who asked
 * for it, also when it has to wait: never to the next one's rows.
 */
export class OwnChanges {
  readonly #turns = new Turns();
  readonly #gate = new Gate(AT_ONCE);
  /** Of changes that the server has confirmed, and the stream not yet. */
  readonly #unheard = new Set<ReturnType<typeof setTimeout>>();

  constructor(
    private readonly http: Http,
    private readonly ledger: Ledger,
    private readonly callbacks: OwnChangesCallbacks,
  ) {}

  /** Shows the change at once, makes the call, then keeps the change or takes it back. Without a guess it shows what came of it. */
  perform<T>(
    guess: Change | undefined,
    call: Call<T>,
    confirmed?: (answer: T) => Change | undefined,
  ): Promise<T | undefined> {
    if (!guess) return this.call(call);
    const inbox = this.#inbox();
    return this.#show(guess, undefined, async (confirm) => {
      try {
        const answer = await this.#turns.take(idsOf(guess).join(), () => this.#gate.pass(() => call(inbox)));
        confirm(confirmed?.(answer) ?? guess);
        return answer;
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 404 || !('ids' in guess)) throw error;
        // Another tab or device deleted it meanwhile.
        confirm({ kind: 'deleted', ids: guess.ids });
        return undefined;
      }
    });
  }

  /** The same for all of a scope: shown of those that are known, until the server has said what became of all. */
  performMany(guess: Change, unread: number | undefined, call: Call<number>): Promise<number> {
    return this.#show(guess, unread, () => this.call(call));
  }

  /** Makes the call, and shows what the server says came of it. */
  async call<T>(call: Call<T>): Promise<T> {
    const inbox = this.#inbox();
    const answer = await this.#gate.pass(() => call(inbox));
    await this.callbacks.resync();
    return answer;
  }

  /** Nothing that was changed so far is shown any more. */
  forget(): void {
    for (const timer of this.#unheard) clearTimeout(timer);
    this.#unheard.clear();
  }

  #inbox(): InboxApi {
    return new InboxApi(this.http.pinned());
  }

  async #show<T>(
    guess: Change,
    unread: number | undefined,
    work: (confirm: (change: Change) => void) => Promise<T>,
  ): Promise<T> {
    const { changed, settled } = this.callbacks;
    const proposal = this.ledger.propose(guess, unread);
    const withdraw = (): void => {
      this.ledger.withdraw(proposal);
      changed();
    };
    let end = withdraw;
    changed();
    try {
      return await work((change) => {
        this.ledger.confirm(proposal, change);
        end = () => {
          const timer = setTimeout(() => {
            this.#unheard.delete(timer);
            withdraw();
          }, ECHO_MS);
          this.#unheard.add(timer);
        };
      });
    } finally {
      end();
      changed();
      settled();
    }
  }
}
