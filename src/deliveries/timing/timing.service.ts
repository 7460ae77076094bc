import { Injectable } from '@nestjs/common';
import { Catalogue, type CatalogueType } from '../../catalogue/catalogue.js';
import { isHeldBack } from '../../catalogue/channel-list.js';
import { AT_ONCE, type Timing } from '../../catalogue/timing.js';
import { WorkerDatabase } from '../../database/worker-database.js';
import { PreferencesStore } from '../../preferences/preferences.store.js';
import { resolveChannel, type SetPreferences } from '../../preferences/resolve.js';
import type { Claimed } from '../queue.store.js';
import type { Message, Verdict } from '../sending-channel.js';
import { decideTiming, type CopyState, type Situation } from './timing.js';
import { TimingStore, type CopyKey } from './timing.store.js';

/** A delivery whose sending depends on the time, or on what its user does. */
interface Timed {
  claimed: Claimed;
  message: Message;
  now: Date;
  type: CatalogueType | undefined;
  timing: Timing;
}

/** Asks of everything that was claimed whether this is the time to send it. */
@Injectable()
export class TimingService {
  constructor(
    private readonly database: WorkerDatabase,
    private readonly catalogue: Catalogue,
    private readonly preferences: PreferencesStore,
    private readonly store: TimingStore,
  ) {}

  /** @returns verdicts by the delivery's id; what has none is up to its channel */
  async decide(channel: string, claimed: readonly Claimed[]): Promise<ReadonlyMap<string, Verdict>> {
    const timed = claimed.flatMap((one) => this.timedOf(channel, one) ?? []);
    if (timed.length === 0) return new Map();
    const { manager } = this.database;
    const userIds = [...new Set(timed.map(({ message }) => message.userId))];
    const copyKeys = timed.flatMap((one) => copyOf(one) ?? []);
    const [set, copies] = await Promise.all([
      this.preferences.findOfChannel(manager, userIds, channel),
      copyKeys.length > 0 ? this.store.findCopies(manager, copyKeys) : undefined,
    ]);
    return new Map(
      timed.flatMap((one) => {
        const verdict = decideTiming(this.situationOf(one, channel, set, copies));
        return verdict.verdict === 'send' ? [] : [[one.message.id, verdict] as const];
      }),
    );
  }

  private situationOf(
    { claimed: { waited, copyId }, message, now, type, timing }: Timed,
    channel: string,
    set: ReadonlyMap<string, SetPreferences>,
    copies: ReadonlyMap<string, CopyState> | undefined,
  ): Situation {
    const { userId, notification } = message;
    return {
      now,
      createdAt: notification.createdAt,
      timing,
      muted: type !== undefined && isMuted(type, set.get(userId), channel),
      copy: copyId === null ? undefined : (copies?.get(copyId) ?? 'deleted'),
      waited,
    };
  }

  /** Undefined: it is sent whenever it comes. */
  private timedOf(channel: string, claimed: Claimed): Timed | undefined {
    const { message, now } = claimed;
    if (!message || !now) return undefined;
    const { type } = message.notification;
    const timing = this.catalogue.timingOf(type, channel);
    const definition = this.catalogue.channels.get(channel);
    const isTimed = timing !== AT_ONCE || (definition !== undefined && isHeldBack(definition));
    return isTimed ? { claimed, message, now, type: this.catalogue.find(type), timing } : undefined;
  }
}

function isMuted(type: CatalogueType, set: SetPreferences | undefined, channel: string): boolean {
  return set !== undefined && !resolveChannel(type, set, channel).on;
}

/** The copy that decides about it. */
function copyOf({ claimed: { copyId }, message: { userId }, timing }: Timed): CopyKey | undefined {
  return copyId === null || timing.unless === null ? undefined : { userId, copyId };
}
