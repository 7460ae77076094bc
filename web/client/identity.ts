import { ConnectionError } from './errors.js';
import { tell } from './tell.js';

/** Names the user in every answer to one. A page elsewhere sees it if the server's CORS settings expose it. */
const USER_HEADER = 'carillon-user';

/** What a request was made with. */
export interface Ticket {
  readonly token: string | undefined;
  /** {@link Identity.era} of that time. */
  readonly era: number;
}

/**
 * Whose inbox it is: whom the server's answers name. It may change at any time, with the cookie or with what `token`
 * yields, and from then on nothing of the former user may be shown, nor what was asked for as that user.
 */
export class Identity {
  /** As the header has it; undefined while no answer has named a user. */
  #user: string | undefined;
  /** Of the last token: known before any answer, but only the server says what it means. */
  #subject: string | undefined;
  #headerSeen = false;
  /** The last token of which the server has said whose it is. */
  #proven: string | undefined;
  #era = 0;
  #closed = false;
  readonly #listeners = new Set<() => void>();

  /** @param assumed the user where no answer names one */
  constructor(private readonly assumed: string | undefined) {}

  get user(): string | undefined {
    return this.#user;
  }

  /** Another number from the moment on at which everything that is held is to be dropped. */
  get era(): number {
    return this.#era;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Calls back when the user was named, has changed or is gone, before anything of the new one arrives. */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A token is about to be used. Another user's ends what is known at once, and not first with the answer. */
  present(token: string | undefined): Ticket {
    if (this.#closed) throw new ConnectionError('This client has been closed.');
    const before = this.#subject;
    this.#subject = token === undefined ? undefined : subjectOf(token);
    if (before !== undefined && before !== this.#subject) this.#become(undefined);
    return { token, era: this.#era };
  }

  /** Whether the server has said of this token whose it is, and of no other one since. */
  isProven(token: string | undefined): boolean {
    return token === this.#proven;
  }

  /**
   * An answer has come.
   * @returns its era, which it may begin itself
   * @throws ConnectionError when it is a former user's
   */
  heard(response: Response, { token, era }: Ticket): number {
    const named = this.#nameIn(response);
    if (era !== this.#era && (named === undefined || named !== this.#user)) throw formerUser();
    if (named !== undefined && named !== this.#user) this.#become(named);
    if (named !== undefined || isGood(response)) this.#proven = token;
    // Signed out. What was shown to the one who was signed in is not for who comes next.
    if (response.status === 401 && this.#user !== undefined) this.#become(undefined);
    return this.#era;
  }

  /** @throws ConnectionError when the user has changed since */
  check(era: number): void {
    if (era !== this.#era) throw formerUser();
  }

  /** Whose inbox it is has to be asked anew. */
  forget(): void {
    this.#become(undefined);
  }

  /** Nothing is known, asked for or accepted any more. */
  close(): void {
    this.#closed = true;
    this.forget();
  }

  #nameIn(response: Response): string | undefined {
    const header = response.headers.get(USER_HEADER);
    if (header !== null) this.#headerSeen = true;
    if (header !== null || this.#headerSeen || !isGood(response)) return header ?? undefined;
    const user = this.assumed ?? this.#subject;
    return user === undefined ? undefined : encodeURIComponent(user);
  }

  #become(user: string | undefined): void {
    // Only at the very first name there is nothing to be dropped.
    if (this.#user !== undefined || this.#era > 0 || user === undefined) this.#era++;
    this.#user = user;
    tell(this.#listeners, undefined);
  }
}

function isGood({ ok, status }: Response): boolean {
  return ok || status === 304;
}

function formerUser(): ConnectionError {
  return new ConnectionError('Another user signed in meanwhile.');
}

/** Whose token it is; undefined when it does not say. Nothing is verified here: the server does that. */
export function subjectOf(token: string): string | undefined {
  const payload = token.split('.')[1];
  if (!payload) return undefined;
  try {
    const bytes = Uint8Array.from(atob(payload.replace(/-/g, '+').replace(/_/g, '/')), (c) =>
      c.charCodeAt(0),
    );
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as { sub?: unknown };
    return typeof claims.sub === 'string' && claims.sub !== '' ? claims.sub : undefined;
  } catch {
    return undefined;
  }
}
