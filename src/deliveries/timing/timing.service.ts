import { Injectable } from '@nestjs/common';
import { Catalogue, type CatalogueType } from '../../catalogue/catalogue.js';
import { isHeldBack } from '../../catalogue/channel-list.js';
import { AT_ONCE, type Timing } from '../../catalogue/timing.js';
import { WorkerDatabase } from '../../database/worker-database.js';
import { PreferencesStore } from '../../preferences/preferences.store.js';
import { resolveChannel, type SetPreferences } from '../../preferences/resolve.js';
import type { Claimed } from '../queue.store.js';
import type { Message, Verdict } from '../sending-channel.js';
import { ThrottleStore } from './throttle.store.js';
import { decideTiming, THROTTLED, type CopyState, type Situation } from './timing.js';
import { TimingStore, type CopyKey } from './timing.store.js';

/** A delivery whose sending depends on the time, or on what its user does. */
interface Timed {
  claimed: Claimed;
  message: Message;
  now: Date;
  type: CatalogueType | undefined;
  timing: Timing;
}

const EXPIRED = { verdict: 'skipped', reason: 'expired' } as const;

/** Asks of everything that was claimed whether this is the time to send it. */
@Injectable()
export class TimingService {
  constructor(
    private readonly database: WorkerDatabase,
    private readonly catalogue: Catalogue,
    private readonly preferences: PreferencesStore,
    private readonly store: TimingStore,
    private readonly throttle: ThrottleStore,
  ) {}

  /** @returns verdicts by the delivery's id; what has none is up to its channel */
  async decide(channel: string, claimed: readonly Claimed[]): Promise<ReadonlyMap<string, Verdict>> {
    const over = claimed.filter(isOver).map(({ id }) => [id, EXPIRED] as const);
    if (over.length === 0) return this.decideTimed(channel, claimed);
    const others = await this.decideTimed(
      channel,
      claimed.filter((one) => !isOver(one)),
    );
    return new Map<string, Verdict>([...others, ...over]);
  }

  private async decideTimed(
    channel: string,
    claimed: readonly Claimed[],
  ): Promise<ReadonlyMap<string, Verdict>> {
    const timed = claimed.flatMap((one) => this.timedOf(channel, one) ?? []);
    if (timed.length === 0) return new Map();
    const { manager } = this.database;
    const userIds = [...new Set(timed.map(({ message }) => message.userId))];
    const copyKeys = timed.flatMap((one) => copyOf(one) ?? []);
    const [set, copies] = await Promise.all([
      this.preferences.findOfChannel(manager, userIds, channel),
      copyKeys.length > 0 ? this.store.findCopies(manager, copyKeys) : undefined,
    ]);
    const verdicts = new Map(
      timed.map((one) => [one, decideTiming(this.situationOf(one, channel, set, copies))] as const),
    );
    const refused = await this.refused(channel, verdicts);
    return new Map(
      timed.flatMap((one) => {
        const { id } = one.message;
        const verdict = refused.has(id) ? THROTTLED : verdicts.get(one);
        return verdict === undefined || verdict.verdict === 'send' ? [] : [[id, verdict] as const];
      }),
    );
  }

  /** Those that would interrupt their users too often: asked of what comes straight from its event, and is not skipped anyway. */
  private async refused(
    channel: string,
    verdicts: ReadonlyMap<Timed, Verdict>,
  ): Promise<ReadonlySet<string>> {
    const { throttles } = this.catalogue;
    if (throttles.isEmpty || !this.isHeldBack(channel)) return new Set();
    const asked = [...verdicts].flatMap(([{ claimed, message }, { verdict }]) => {
      const { type } = message.notification;
      if (claimed.waited !== null || verdict === 'skipped' || !throttles.has(type)) return [];
      return [{ ...claimed, type }];
    });
    if (asked.length === 0) return new Set();
    const refused = await this.database.transaction(async (manager) => {
      await this.throttle.takeTurn(manager);
      return this.throttle.refused(manager, asked, throttles);
    });
    return new Set(refused);
  }

  private isHeldBack(channel: string): boolean {
    const definition = this.catalogue.channels.get(channel);
    return definition !== undefined && isHeldBack(definition);
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
    const isTimed = timing !== AT_ONCE || this.isHeldBack(channel);
    return isTimed ? { claimed, message, now, type: this.catalogue.find(type), timing } : undefined;
  }
}

/** What has expired is sent by no channel, whatever it has waited for. */
function isOver({ message, now }: Claimed): boolean {
  const expiresAt = message?.notification.expiresAt ?? null;
  return now !== undefined && expiresAt !== null && expiresAt <= now;
}

function isMuted(type: CatalogueType, set: SetPreferences | undefined, channel: string): boolean {
  return set !== undefined && !resolveChannel(type, set, channel).on;
}

/** The copy that decides about it. */
function copyOf({ claimed: { copyId }, message: { userId }, timing }: Timed): CopyKey | undefined {
  return copyId === null || timing.unless === null ? undefined : { userId, copyId };
}
