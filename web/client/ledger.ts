import { applyChange, type Change, type Rows } from './changes.js';

interface Sum {
  rows: Rows;
  unread: number | undefined;
}

/**
 * What is known of an inbox: what the server confirmed, and on top of it what the user did and the server has not
 * answered yet. Taking a refused action back is forgetting it, so nothing has to be undone.
 */
export class Ledger {
  #confirmed: Sum = { rows: new Map(), unread: undefined };
  #pending: readonly Change[] = [];
  /** What changed while answers were on their way, to be applied to them again. */
  readonly #journals = new Set<Change[]>();

  /** The confirmed rows and the pending changes together. */
  get shown(): Sum {
    return this.#pending.reduce(fold, this.#confirmed);
  }

  get rows(): Rows {
    return this.#confirmed.rows;
  }

  /** The server said how many are unread: that is the truth, whatever was reckoned. */
  set unread(unread: number | undefined) {
    this.#confirmed = { ...this.#confirmed, unread };
  }

  /** Something that the stream or another tab says. The stream says the new count by itself. */
  apply(change: Change): void {
    for (const journal of this.#journals) journal.push(change);
    this.#confirmed = { ...this.#confirmed, rows: applyChange(this.#confirmed.rows, change).rows };
  }

  /** An own call succeeded: the count follows at once. */
  confirm(change: Change): void {
    const { unread } = fold(this.#confirmed, change);
    this.apply(change);
    this.unread = unread;
  }

  /** Shows a change that is not confirmed. @returns what takes it off again */
  propose(change: Change): () => void {
    this.#pending = [...this.#pending, change];
    return () => {
      this.#pending = this.#pending.filter((one) => one !== change);
    };
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
  const after = applyChange(before.rows, change);
  if (before.unread === undefined) return { rows: after.rows, unread: undefined };
  return {
    rows: after.rows,
    unread: marksEverything(change) ? 0 : Math.max(0, before.unread + after.unread),
  };
}

/** Then the count is known although most rows are not. */
function marksEverything(change: Change): boolean {
  if (change.kind !== 'read' || !('all' in change.rows)) return false;
  return change.rows.type === undefined && change.rows.team_id === undefined;
}
