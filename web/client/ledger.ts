import { applyChange, type Change, echoes, isOf, type Rows, touches } from './changes.js';
import type { NotificationRow, Scope } from './wire.js';

interface Sum {
  rows: Rows;
  unread: number | undefined;
}

/** A change that the stream has not told of yet. */
interface Proposal {
  readonly change: Change;
  /** Of a change of many: how many are unread after it; the rows that are known here do not tell. */
  readonly unread: number | undefined;
  /** Whether the server, by the stream, said something of the same rows since: its answer may be older than that. */
  heard: boolean;
  /** Whether the confirmed count has it in it already: it was answered, or is of many and the server said a count since. */
  counted: boolean;
}

/**
 * What is known of an inbox: what the server confirmed, and on top of it what the user did and the server has not
 * told of yet. Taking a refused action back is forgetting it, so nothing has to be undone.
 */
export class Ledger {
  #confirmed: Sum = { rows: new Map(), unread: undefined };
  #pending: readonly Proposal[] = [];
  /** What changed while answers were on their way, to be applied to them again. */
  readonly #journals = new Set<Change[]>();

  /** The confirmed rows and the pending changes together. */
  get shown(): Sum {
    if (this.#pending.length === 0) return this.#confirmed;
    // One copy for all of them: of many that are selected, each is a change.
    const rows = new Map(this.#confirmed.rows);
    let { unread } = this.#confirmed;
    for (const { change, unread: left, counted } of this.#pending) {
      const after = more(unread, applyChange(rows, change));
      if (!counted) unread = left ?? after;
    }
    return { rows, unread };
  }

  get rows(): Rows {
    return this.#confirmed.rows;
  }

  /** The ids of the rows that are shown, in the inbox and of a scope: no others are touched before the server has answered. */
  known(scope: Scope, admits: (row: NotificationRow) => boolean): string[] {
    const rows = [...this.shown.rows.values()];
    return rows.filter((row) => isOf(row, scope) && admits(row)).map(({ id }) => id);
  }

  /** The server said how many are unread: that is the truth, whatever was reckoned. */
  set unread(unread: number | undefined) {
    this.#confirmed = { ...this.#confirmed, unread };
    for (const proposal of this.#pending) proposal.counted ||= proposal.unread !== undefined;
  }

  /** Something that the stream says. It says the new count by itself. */
  apply(change: Change): void {
    // The oldest alone: of one that was done, undone and done again, it tells once for each.
    const told = this.#pending.find((proposal) => echoes(change, proposal.change));
    this.#pending = this.#pending.filter((proposal) => proposal !== told);
    for (const proposal of this.#pending) proposal.heard ||= touches(change, proposal.change);
    this.#take(change);
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

  /**
   * An own call succeeded: rows and count follow at once, unless other things were heard of the rows meanwhile. The
   * proposal stays on top until the stream has told of it: all that it tells of these rows before is older.
   */
  confirm(proposal: Proposal, change: Change): void {
    proposal.counted = true;
    if (proposal.heard || !this.#pending.includes(proposal)) return;
    const unread = more(this.#confirmed.unread, this.#take(change));
    this.#confirmed = { ...this.#confirmed, unread };
  }

  /** Takes a proposal off again: it was refused, or no word of the stream is to be expected any more. */
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
      const confirmed = new Map(rows);
      for (const change of journal) applyChange(confirmed, change);
      this.#confirmed = { ...this.#confirmed, rows: confirmed };
    } finally {
      this.#journals.delete(journal);
    }
  }

  /** @returns how many more of the rows are unread now */
  #take(change: Change): number {
    for (const journal of this.#journals) journal.push(change);
    const rows = new Map(this.#confirmed.rows);
    const unread = applyChange(rows, change);
    this.#confirmed = { ...this.#confirmed, rows };
    return unread;
  }

  /** Everything: it is somebody else's now. */
  clear(): void {
    this.#confirmed = { rows: new Map(), unread: undefined };
    this.#pending = [];
  }
}

function more(unread: number | undefined, by: number): number | undefined {
  return unread === undefined ? undefined : Math.max(0, unread + by);
}
