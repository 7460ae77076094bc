import { own } from '../common/own.js';
import { UNSENT_STATUSES } from './event.js';
import type { Withdrawn } from './withdrawal.js';
import type { Found, Part, TakenEvent, Withdrawal } from './withdraw.store.js';

/** Where the next batch begins. */
export interface Place {
  /** The last event of which all is done. */
  afterId: string;
  /** The one after it, when some of its chunks are done. */
  begun?: { id: string; chunk: number };
}

export interface Batch {
  /** Events that are not sent. */
  unsent: string[];
  /** Of those that are: a chunk of one, or all recipients of several small ones. */
  parts: Part[];
  /** Undefined when these were the last. */
  next: Place | undefined;
}

/**
 * What a batch is to do.
 * @param taken the next events, in the order of their ids: as many as have a chunk's number of recipients together
 * @param some the withdrawal is for some users: what is done is written down nowhere
 */
export function partsOf(taken: readonly TakenEvent[], place: Place, some: boolean): Batch {
  const batch: Batch = { unsent: [], parts: [], next: undefined };
  let { afterId } = place;
  for (const event of taken) {
    const { id, status, withdrawal, chunks } = event;
    if (UNSENT_STATUSES.some((unsent) => unsent === status)) {
      batch.unsent.push(id);
    } else {
      const begun = place.begun?.id === id ? place.begun.chunk : 0;
      const chunk = Math.max(begun, some ? 0 : (withdrawal?.chunks ?? 0));
      batch.parts.push({ event, chunk });
      if (chunk + 1 < chunks) return { ...batch, next: { afterId, begun: { id, chunk: chunk + 1 } } };
    }
    afterId = id;
    batch.next = { afterId };
  }
  return batch;
}

/** What was found of each event: in this batch, and in all so far, as it is to be stored. */
export function withdrawalsOf(
  parts: readonly Part[],
  rows: readonly Found[],
): { now: Withdrawn; stored: Withdrawal & { event: TakenEvent } }[] {
  return parts.map(({ event, chunk }) => {
    const now: Withdrawn = { withdrawn: 0, alreadySent: {} };
    for (const { channel, n } of rows.filter(({ eventId }) => eventId === event.id)) {
      if (channel === null) now.withdrawn = n;
      else now.alreadySent[channel] = n;
    }
    const { withdrawn = 0, alreadySent = {} } = event.withdrawal ?? {};
    const all: Withdrawn = { withdrawn, alreadySent: { ...alreadySent } };
    addTo(all, now);
    return { now, stored: { ...all, chunks: chunk + 1, event } };
  });
}

export function addTo(total: Withdrawn, { withdrawn, alreadySent }: Withdrawn): void {
  total.withdrawn += withdrawn;
  for (const [channel, n] of Object.entries(alreadySent))
    total.alreadySent[channel] = (own(total.alreadySent, channel) ?? 0) + n;
}
