import { applyChange, type Change, type Rows, touches } from './changes.js';

interface Sum {
  rows: Rows;
  unread: number | undefined;
}

/** A change that the server has not answered yet. */
interface Proposal {
  readonly change: Change;
  /** Of a change of many: how many are unread after it; the rows that are known here do not tell. */
  readonly unread: number | undefined;
  /** Whether the server, by the stream, said something of the same rows since: its answer may be older than that. */
  heard: boolean;
  /** Whether the server said a count since. */
  counted: boolean;
}

/**
 * What is known of an inbox: what the server confirmed, and on top of it what the user did and the server has not
 * answered yet. Taking a refused action back is forgetting it, so nothing has to be undone.
 */
export class Ledger {
  #confirmed: Sum = { rows: new Map(), unread: undefined };
  #pending: readonly Proposal[] = [];
  /** What changed while answers were on their way, to be applied to them again. */
  readonly #journals = new Set<Change[]>();

  /** The confirmed rows and the pending changes together. */
  get shown(): Sum {
    return this.#pending.reduce((sum, { change, unread, counted }) => {
      const after = fold(sum, change);
      return unread === undefined ? after : { ...after, unread: counted ? sum.unread : unread };
    }, this.#confirmed);
  }

  get rows(): Rows {
    return this.#confirmed.rows;
  }

  /** The server said how many are unread: that is the truth, whatever was reckoned. */
  set unread(unread: number | undefined) {
    this.#confirmed = { ...this.#confirmed, unread };
    for (const proposal of this.#pending) proposal.counted = true;
  }

  /** Something that the stream says. It says the new count by itself. */
  apply(change: Change): void {
    for (const journal of this.#journals) journal.push(change);
    for (const proposal of this.#pending) proposal.heard ||= touches(change, proposal.change);
    this.#confirmed = { ...this.#confirmed, rows: applyChange(this.#confirmed.rows, change).rows };
  }

  /**
   * Shows a change that is not confirmed.
   * @param unread of a change of many: how many are unread after it, until the server says it
   */
  propose(change: Change, unread?: number): Proposal {
    const proposal = { change, unread, heard: false, counted: false };
    this.#pending = [...this.#pending, proposal];
    return proposal;
  }

  /** An own call succeeded: rows and count follow at once, unless newer things were heard of the rows meanwhile. */
  confirm(proposal: Proposal, change: Change): void {
    if (proposal.heard || !this.#pending.includes(proposal)) return;
    const { unread } = fold(this.#confirmed, change);
    this.apply(change);
    this.#confirmed = { ...this.#confirmed, unread };
  }

  /** Takes a proposal off again: it was confirmed, or refused. */
  withdraw(proposal: Proposal): void {
    this.#pending = this.#pending.filter((one) => one !== proposal);
  }

  /** Waits for an answer that replaces rows; what changed meanwhile is applied to it, so that nothing is lost. */
  async replace<T>(ask: () => Promise<T>, take: (answer: T, rows: Rows) => Rows | undefined): Promise<void> {
    const journal: Change[] = [];
    this.#journals.add(journal);
    try {
      const answer = await ask();
      const rows = take(answer, this.#confirmed.rows);
      if (!rows) return;
      this.#confirmed = {
        ...this.#confirmed,
        rows: journal.reduce((sum, change) => applyChange(sum, change).rows, rows),
      };
    } finally {
      this.#journals.delete(journal);
    }
  }

  /** Everything: it is somebody else's now. */
  clear(): void {
    this.#confirmed = { rows: new Map(), unread: undefined };
    this.#pending = [];
  }
}

function fold(before: Sum, change: Change): Sum {
  const { rows, unread } = applyChange(before.rows, change);
  return { rows, unread: before.unread === undefined ? undefined : Math.max(0, before.unread + unread) };
}
