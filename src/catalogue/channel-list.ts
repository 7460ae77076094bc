import { refuse } from '../config/configuration-error.js';
import { isJsonObject } from '../common/json.js';
import { own } from '../common/own.js';
import { didYouMean } from '../common/suggest.js';
import { excerpt } from '../common/text.js';
import type { NotificationType } from '../config/options.js';
import { frequencyKey } from './frequency.js';

/** What is known of a channel, however it sends: types, preferences and reports are made from it. */
export interface ChannelDefinition {
  /** Its name in types, preferences and reports: lower-case letters, digits and `_`, at most 32, beginning with a letter. */
  readonly key: string;
  /**
   * Where outcomes keep what was decided for it. It must never change. 0 to 7 are Carillon's; a host's own are from 8 to 14,
   * because four bits of each have room in a bigint.
   */
  readonly number: number;
  /** Its name for people, such as `SMS`. */
  readonly label: string;
  /** Types of its own, by which its users hear of what becomes of their targets: they are in every catalogue. */
  readonly types?: readonly NotificationType[];
  /**
   * Why it cannot send here, and what to set so that it can: a sentence for operators. Until then it is shown and can be set in
   * preferences, and nothing comes by it.
   */
  readonly unavailable?: string | undefined;
  /**
   * Whether it interrupts a person, as it does unless said: quiet hours, pauses, digests and throttles hold for such channels.
   * The inbox waits to be opened, and what webhooks reach are machines.
   */
  readonly interrupts?: boolean;
  /** Whether users choose for each type how often it sends to them, if it interrupts: at once, hourly, daily or weekly. */
  readonly frequencies?: boolean;
  /** What it writes when an event is sent. Without it each recipient for whom it is on gets a delivery. */
  readonly writes?: { readonly deliveries?: unknown };
  /** Whether it is on for users who have set nothing, of a type that does not mention it. */
  default(type: Omit<NotificationType, 'channels'>): boolean;
}

/** Whether events become deliveries by this channel: by what it writes, or because it says nothing of that. */
export function hasDeliveries({ writes }: ChannelDefinition): boolean {
  return writes === undefined || writes.deliveries !== undefined;
}

/** Whether what it sends may be kept back for the user's sake: it interrupts, and what it sends waits in the queue. */
export function isHeldBack(channel: ChannelDefinition): boolean {
  return hasDeliveries(channel) && channel.interrupts !== false;
}

const KEY = /^[a-z][a-z0-9_]{0,31}$/;

/** What a report calls the recipient, beside the channels. */
const RESERVED = 'user_id';

/** The channels of this installation, in the order in which they are shown. */
export class ChannelList<Item extends ChannelDefinition = ChannelDefinition> {
  readonly keys: readonly string[];
  /** The channels whose frequency users choose, by the name that it has in preferences. */
  readonly frequencies: ReadonlyMap<string, Item>;
  private readonly byKey: ReadonlyMap<string, Item>;

  /** @throws ConfigurationError when two have the same key or number, or one is no right key or number */
  constructor(readonly all: readonly Item[]) {
    const problems = all.flatMap((channel, index) => problemsOf(channel, all.slice(0, index)));
    refuse(problems, 'The channels are not right:');
    this.byKey = new Map(all.map((channel) => [channel.key, channel]));
    this.keys = [...this.byKey.keys()];
    const chosen = all.filter((channel) => channel.frequencies === true && isHeldBack(channel));
    this.frequencies = new Map(chosen.map((channel) => [frequencyKey(channel.key), channel]));
  }

  /** Those by which something comes. */
  get available(): Item[] {
    return this.all.filter(({ unavailable }) => unavailable === undefined);
  }

  has(key: string): boolean {
    return this.byKey.has(key);
  }

  get(key: string): Item | undefined {
    return this.byKey.get(key);
  }

  /** What is said of a key that is not here. */
  unknown(key: string): string {
    return `"${excerpt(key)}" is not a channel: ${this.keys.join(', ')}.${didYouMean(key, this.keys)}`;
  }

  /** Whether each channel is on for users who have set nothing. */
  defaultsOf(type: NotificationType): Record<string, boolean> {
    return Object.fromEntries(this.all.map((channel) => [channel.key, defaultOf(channel, type)]));
  }
}

function defaultOf(channel: ChannelDefinition, type: NotificationType): boolean {
  const entry = own(type.channels ?? {}, channel.key);
  const said = isJsonObject(entry) ? entry.default : entry;
  return typeof said === 'boolean' ? said : channel.default(type);
}

function problemsOf({ key, number }: ChannelDefinition, before: readonly ChannelDefinition[]): string[] {
  if (typeof key !== 'string' || !KEY.test(key))
    return [`the key ${JSON.stringify(key)} must match ${KEY.source}`];
  if (key === RESERVED) return [`the key "${key}" is taken: reports have the recipient's id under it`];
  if (!Number.isInteger(number) || number < 0 || number > 14)
    return [`the number of "${key}" must be 8 to 14`];
  return before.flatMap((other) => [
    ...(other.key === key ? [`there are two channels "${key}"`] : []),
    ...(other.frequencies === true && frequencyKey(other.key) === key
      ? [`the key "${key}" is taken: preferences have the frequency of "${other.key}" under it`]
      : []),
    ...(other.number === number ? [`"${other.key}" and "${key}" have the same number, ${number}`] : []),
  ]);
}
