import type { NotificationRow } from '../client/wire.js';

/** Of more than that a reader waits for the end. */
const AT_A_GLANCE = 20;

export interface Outcome {
  readonly went: readonly NotificationRow[];
  readonly lost: readonly NotificationRow[];
}

/** The same call for each of many rows, and how far all of them are. */
export class Batches {
  #answered = 0;
  #asked = 0;
  /** Another one for each user. */
  #turn = {};

  /** Of so many that it takes a while. */
  get progress(): { value: number; max: number } | undefined {
    return this.#asked > AT_A_GLANCE ? { value: this.#answered, max: this.#asked } : undefined;
  }

  /** What is under way counts no more. */
  forget(): void {
    this.#turn = {};
    this.#answered = this.#asked = 0;
  }

  /** @returns with which it went well, and with which not; undefined when it was forgotten meanwhile */
  async run(
    rows: readonly NotificationRow[],
    call: (row: NotificationRow) => Promise<unknown> | undefined,
  ): Promise<Outcome | undefined> {
    const turn = this.#turn;
    this.#asked += rows.length;
    const answer = async (row: NotificationRow): Promise<boolean> => {
      const well = await Promise.resolve(call(row)).then(
        () => true,
        () => false,
      );
      if (turn === this.#turn) this.#answered += 1;
      return well;
    };
    const well = await Promise.all(rows.map(answer));
    if (turn !== this.#turn) return undefined;
    if (this.#answered === this.#asked) this.#answered = this.#asked = 0;
    return { went: rows.filter((_, index) => well[index]), lost: rows.filter((_, index) => !well[index]) };
  }
}
