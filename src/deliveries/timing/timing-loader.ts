import { Injectable } from '@nestjs/common';
import { Contacts } from '../../audience/contacts.js';
import type { UserTimes } from '../../audience/user-times.js';
import { Catalogue } from '../../catalogue/catalogue.js';
import { isHeldBack } from '../../catalogue/channel-list.js';
import { AT_ONCE, type Timing } from '../../catalogue/timing.js';
import { WorkerDatabase } from '../../database/worker-database.js';
import { PreferencesStore } from '../../preferences/preferences.store.js';
import type { SetPreferences } from '../../preferences/resolve.js';
import type { Claimed } from '../queue.store.js';
import type { CopyState } from './timing.js';
import { TimingStore, type CopyKey, type GatheredItem } from './timing.store.js';

/** What decides of all that was claimed together. */
export interface Known {
  channel: string;
  /** Whether the channel waits for users' own times; these are known only then. */
  heldBack: boolean;
  /** By user. */
  preferences: ReadonlyMap<string, SetPreferences>;
  times: ReadonlyMap<string, UserTimes>;
  /** By their ids, of what is not gathered. */
  copies: ReadonlyMap<string, CopyState>;
  /** What was gathered, by the delivery that is sent for it. */
  items: ReadonlyMap<string, readonly GatheredItem[]>;
}

const NOTHING = new Map<string, never>();

/** Loads what decides when deliveries are sent: only what their types and channel ask for. */
@Injectable()
export class TimingLoader {
  constructor(
    private readonly database: WorkerDatabase,
    private readonly catalogue: Catalogue,
    private readonly preferences: PreferencesStore,
    private readonly contacts: Contacts,
    private readonly store: TimingStore,
  ) {}

  /** Whether it depends on anything when a delivery is sent. */
  isTimed(channel: string, claimed: Claimed): boolean {
    if (claimed.gather !== null || this.isHeldBack(channel)) return true;
    return this.timingOf(channel, claimed) !== AT_ONCE;
  }

  async load(channel: string, timed: readonly Claimed[]): Promise<Known> {
    const { manager } = this.database;
    const heldBack = this.isHeldBack(channel);
    const userIds = [...new Set(timed.map(({ userId }) => userId))];
    const [heads, single] = [
      timed.filter(({ gather }) => gather !== null),
      timed.filter(({ gather }) => gather === null),
    ];
    const waiting = single.filter((one) => typeof this.timingOf(channel, one).digest === 'string');
    const onTheClock = new Set(waiting.map(({ userId }) => userId));
    const copyKeys = single.flatMap((one) => this.copyThatMatters(channel, one) ?? []);
    const [preferences, times, copies, items] = await Promise.all([
      this.preferences.findOfChannel(manager, userIds, channel),
      heldBack ? this.contacts.findTimes(manager, userIds, onTheClock) : NOTHING,
      copyKeys.length > 0 ? this.store.findCopies(manager, copyKeys) : NOTHING,
      heads.length > 0 ? this.store.takeItems(manager, heads) : NOTHING,
    ]);
    return { channel, heldBack, preferences, times, copies, items };
  }

  private isHeldBack(channel: string): boolean {
    const definition = this.catalogue.channels.get(channel);
    return definition !== undefined && isHeldBack(definition);
  }

  private timingOf(channel: string, { message }: Claimed): Timing {
    return message ? this.catalogue.timingOf(message.notification.type, channel) : AT_ONCE;
  }

  private copyThatMatters(channel: string, claimed: Claimed): CopyKey | undefined {
    const { userId, copyId } = claimed;
    return copyId === null || this.timingOf(channel, claimed).unless === null
      ? undefined
      : { userId, copyId };
  }
}
