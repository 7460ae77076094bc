import { Injectable } from '@nestjs/common';
import { Contacts } from '../../audience/contacts.js';
import type { UserTimes } from '../../audience/user-times.js';
import { Catalogue, type CatalogueType } from '../../catalogue/catalogue.js';
import { isHeldBack } from '../../catalogue/channel-list.js';
import type { Frequency } from '../../catalogue/frequency.js';
import { AT_ONCE, type Timing } from '../../catalogue/timing.js';
import { WorkerDatabase } from '../../database/worker-database.js';
import { PreferencesStore } from '../../preferences/preferences.store.js';
import { chosenFrequency, type SetPreferences } from '../../preferences/resolve.js';
import type { Claimed } from '../queue.store.js';
import { WITHDRAWN, type CopyState } from './timing.js';
import { TimingStore, type CopyKey, type GatheredItem } from './timing.store.js';

/** What decides of all that was claimed together. */
export interface Known {
  channel: string;
  /** Whether the channel waits for users' own times; these are known only then. */
  heldBack: boolean;
  /** How often a user wants what is of a type; null: as the type says. */
  frequencyOf: (userId: string, type: CatalogueType) => Frequency | null;
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
    if (claimed.gather !== null || claimed.waited === WITHDRAWN || this.isHeldBack(channel)) return true;
    return this.timingOf(channel, claimed) !== AT_ONCE;
  }

  async load(channel: string, timed: readonly Claimed[]): Promise<Known> {
    const { manager } = this.database;
    const heldBack = this.isHeldBack(channel);
    const userIds = [...new Set(timed.map(({ userId }) => userId))];
    const heads = timed.filter(({ gather }) => gather !== null);
    const single = timed.filter(({ gather }) => gather === null);
    const copyKeys = single.flatMap((one) => this.copyThatMatters(channel, one) ?? []);
    const found = this.preferences.findOfChannel(manager, userIds, channel);
    const timesOf = (set: Known['preferences']) =>
      this.contacts.findTimes(manager, userIds, this.onTheClock(channel, single, set));
    const [preferences, times, copies, items] = await Promise.all([
      found,
      heldBack ? found.then(timesOf) : NOTHING,
      copyKeys.length > 0 ? this.store.findCopies(manager, copyKeys) : NOTHING,
      heads.length > 0 ? this.store.takeItems(manager, heads) : NOTHING,
    ]);
    const hasFrequencies = heldBack && this.catalogue.channels.get(channel)?.frequencies === true;
    const frequencyOf: Known['frequencyOf'] = (userId, type) => {
      const set = hasFrequencies ? preferences.get(userId) : undefined;
      return set ? chosenFrequency(type, set, channel) : null;
    };
    return { channel, heldBack, frequencyOf, preferences, times, copies, items };
  }

  private isHeldBack(channel: string): boolean {
    const definition = this.catalogue.channels.get(channel);
    return definition !== undefined && isHeldBack(definition);
  }

  private timingOf(channel: string, { message }: Claimed): Timing {
    return message ? this.catalogue.timingOf(message.notification.type, channel) : AT_ONCE;
  }

  /** Users something of whom may wait for a time of the day. */
  private onTheClock(
    channel: string,
    single: readonly Claimed[],
    preferences: Known['preferences'],
  ): ReadonlySet<string> {
    const chosen = [...preferences].filter(([, types]) =>
      [...types.values()].some((set) => (set.get(channel)?.frequency ?? null) !== null),
    );
    const declared = single.filter((one) => typeof this.timingOf(channel, one).digest === 'string');
    return new Set([...chosen.map(([userId]) => userId), ...declared.map(({ userId }) => userId)]);
  }

  private copyThatMatters(channel: string, claimed: Claimed): CopyKey | undefined {
    const { userId, copyId } = claimed;
    const matters = copyId !== null && this.timingOf(channel, claimed).unless !== null;
    return matters ? { userId, copyId } : undefined;
  }
}
