import { Injectable } from '@nestjs/common';
import { NO_TIMES } from '../../audience/user-times.js';
import { Catalogue } from '../../catalogue/catalogue.js';
import { WorkerDatabase } from '../../database/worker-database.js';
import { resolveChannel } from '../../preferences/resolve.js';
import { NO_EVENT } from '../outcome.js';
import { isTried, QueueStore, type Claimed, type PartsOutcome } from '../queue.store.js';
import type { Message, NotSent, Verdict } from '../sending-channel.js';
import { TimingLoader, type Known } from './timing-loader.js';
import { ThrottleStore } from './throttle.store.js';
import {
  afterQuiet,
  decideTiming,
  reasonToLeaveOut,
  REDELIVERED,
  THROTTLED,
  WITHDRAWN,
  type CopyState,
  type Relevance,
} from './timing.js';
import { TimingStore, type GatheredItem } from './timing.store.js';

/** A digest tells of no more than these; it says how many there are. */
const MAX_ITEMS = 50;

/** What was decided of a delivery before its channel is asked. */
export interface Timed {
  /** Nothing is sent now; undefined: it is up to the channel. */
  early: NotSent | undefined;
  /** What there is to send then. */
  message: Message | undefined;
  /** What the outcome means for deliveries that are a part of it; undefined: there are none. */
  parts: PartsOutcome | undefined;
  /** Why it is sent for these alone, and not for itself. */
  leftOut: string | undefined;
}

interface Decided extends Timed {
  id: string;
  claimed: Claimed;
  /** Of what was gathered all that there is to send, newest first. */
  relevant: readonly GatheredItem[];
  /** The rest of it, without the delivery itself. */
  left: readonly { item: GatheredItem; reason: string }[];
}

const EXPIRED = { verdict: 'skipped', reason: 'expired' } as const;

/** Asks of everything that was claimed whether this is the time to send it, and of what was gathered what there is to send. */
@Injectable()
export class TimingService {
  constructor(
    private readonly database: WorkerDatabase,
    private readonly catalogue: Catalogue,
    private readonly queue: QueueStore,
    private readonly loader: TimingLoader,
    private readonly store: TimingStore,
    private readonly throttle: ThrottleStore,
  ) {}

  /** @returns what was decided of each, by its id */
  async decide(channel: string, claimed: readonly Claimed[]): Promise<ReadonlyMap<string, Timed>> {
    const all = new Map(claimed.map((one) => [one.id, untimed(one)]));
    const timed = claimed.filter((one) => this.loader.isTimed(channel, one));
    if (timed.length === 0) return all;
    const known = await this.loader.load(channel, timed);
    const decided = await this.throttled(
      known,
      timed.map((one) => this.decideOne(one, known)),
    );
    const left = decided.flatMap((one) => one.left);
    if (left.length > 0) await this.store.leaveOut(this.database.manager, left);
    for (const one of await this.withDigests(decided)) all.set(one.id, one);
    return all;
  }

  private decideOne(claimed: Claimed, known: Known): Decided {
    const { id, message } = claimed;
    const items = known.items.get(id) ?? [];
    const judged = items.map((item) => ({ item, reason: this.reasonToLeave(claimed, item, known) }));
    const own = judged.find(({ item }) => item.id === id)?.reason;
    const relevant = judged.filter(({ reason }) => reason === undefined).map(({ item }) => item);
    const left = judged.flatMap(({ item, reason }) =>
      reason === undefined || item.id === id ? [] : [{ item, reason }],
    );
    const hasOthers = relevant.some((item) => item.id !== id);
    // A receiver that has got it knows it by its id: the others do not go out under another one.
    const leftOut = hasOthers && isTried(claimed) ? own : undefined;
    const verdict =
      leftOut === undefined ? this.verdictOn(claimed, known, own) : this.verdictOnOthers(claimed, known);
    const parts = hasOthers ? partsAfter(verdict) : undefined;
    const rest = { id, claimed, parts, leftOut, relevant, left };
    return verdict.verdict === 'send'
      ? { early: undefined, message, ...rest }
      : { early: verdict, message: undefined, ...rest };
  }

  /**
   * Without those that would interrupt their users too often: asked of what comes straight from its event, and so with no
   * others, and is not skipped anyway.
   */
  private async throttled(known: Known, decided: readonly Decided[]): Promise<readonly Decided[]> {
    const { throttles } = this.catalogue;
    if (throttles.isEmpty || !known.heldBack) return decided;
    const asked = decided.flatMap(({ claimed, early }) => {
      const type = claimed.message?.notification.type;
      if (type === undefined || claimed.waited !== null || early?.verdict === 'skipped') return [];
      return throttles.has(type) ? [{ ...claimed, type }] : [];
    });
    if (asked.length === 0) return decided;
    const refused = await this.database.transaction(async (manager) => {
      await this.throttle.takeTurn(manager);
      return new Set(await this.throttle.refused(manager, asked, throttles));
    });
    return decided.map((one) =>
      refused.has(one.id) ? { ...one, early: THROTTLED, message: undefined } : one,
    );
  }

  /**
   * Of the delivery itself, which is the oldest of what it was gathered with.
   * @param own why it is to be left out of that
   */
  private verdictOn(claimed: Claimed, known: Known, own: string | undefined): Verdict {
    const { userId, copyId, waited, gather, message, now } = claimed;
    if (!message || !now) return NO_EVENT;
    if (isOver(claimed)) return EXPIRED;
    if (own !== undefined) return { verdict: 'skipped', reason: own };
    const { type, createdAt } = message.notification;
    const declared = this.catalogue.find(type);
    const isHeldBack = known.heldBack && declared?.critical !== true;
    const isGathered = gather !== null;
    const copy = isGathered
      ? 'unread'
      : copyId === null
        ? undefined
        : (known.copies.get(copyId) ?? 'deleted');
    return decideTiming({
      type,
      now,
      createdAt,
      waited,
      tried: isTried(claimed),
      frequency: declared ? known.frequencyOf(userId, declared) : null,
      times: isHeldBack ? (known.times.get(userId) ?? NO_TIMES) : undefined,
      // Last: Node 20 takes 1 µs for an object that begins with a spread.
      ...this.relevance(userId, type, copy, isGathered, known),
    });
  }

  /** Of what a delivery was gathered with, where nothing is to be sent of itself. */
  private verdictOnOthers({ userId, now }: Claimed, { heldBack, times }: Known): Verdict {
    const held = heldBack && now ? afterQuiet(now, times.get(userId) ?? NO_TIMES) : undefined;
    return held ?? { verdict: 'send' };
  }

  private reasonToLeave(
    { userId, waited }: Claimed,
    { type, isOver, copy, waited: itemWaited }: GatheredItem,
    known: Known,
  ): string | undefined {
    if (type === null) return 'gone';
    if (itemWaited === WITHDRAWN) return WITHDRAWN;
    if (isOver) return EXPIRED.reason;
    if (waited === REDELIVERED) return undefined;
    return reasonToLeaveOut(this.relevance(userId, type, copy ?? undefined, true, known));
  }

  private relevance(
    userId: string,
    typeKey: string,
    copy: CopyState | undefined,
    gathered: boolean,
    { channel, preferences }: Known,
  ): Relevance {
    const type = this.catalogue.find(typeKey);
    const set = preferences.get(userId);
    const muted = type !== undefined && set !== undefined && !resolveChannel(type, set, channel).on;
    return { timing: this.catalogue.timingOf(typeKey, channel), muted, copy, gathered };
  }

  /** Where there is something else to send than the delivery itself, the message tells of the newest of it. */
  private async withDigests(decided: readonly Decided[]): Promise<readonly Decided[]> {
    const changed = decided.filter(
      ({ message, relevant, leftOut }) =>
        message !== undefined && (relevant.length > 1 || leftOut !== undefined),
    );
    if (changed.length === 0) return decided;
    const eventIds = changed.flatMap(({ relevant }) =>
      relevant.slice(0, MAX_ITEMS).map((item) => item.eventId),
    );
    const events = await this.queue.events(this.database.manager, eventIds);
    return decided.map((one) => {
      if (!one.message || !changed.includes(one)) return one;
      const items = one.relevant.slice(0, MAX_ITEMS).flatMap(({ eventId, copyId, event }) => {
        const happened = events.get(eventId);
        return happened
          ? [{ notificationId: copyId ?? eventId, event, notification: happened.notification }]
          : [];
      });
      const message = { ...one.message, ...items[0] };
      const total = one.relevant.length;
      return { ...one, message: total > 1 ? { ...message, digest: { total, items } } : message };
    });
  }
}

/** It is up to its channel. */
function untimed(claimed: Claimed): Timed {
  const early = claimed.message ? (isOver(claimed) ? EXPIRED : undefined) : NO_EVENT;
  return { early, message: early ? undefined : claimed.message, parts: undefined, leftOut: undefined };
}

/** What has expired is sent by no channel, for however good a reason it has waited. */
function isOver({ message, now }: Claimed): boolean {
  const expiresAt = message?.notification.expiresAt ?? null;
  return now !== undefined && expiresAt !== null && expiresAt <= now;
}

/** What is left out alone has nothing to do with the others; else these go its way. */
function partsAfter({ verdict }: Verdict): PartsOutcome {
  return verdict === 'skipped' || verdict === 'failed' ? 'gathered-anew' : 'same';
}
