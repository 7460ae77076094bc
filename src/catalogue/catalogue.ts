import { CarillonError } from '../common/errors.js';
import { nearest } from '../common/suggest.js';
import { excerpt } from '../common/text.js';
import { refuse } from '../config/configuration-error.js';
import type { ChannelTiming, NotificationType } from '../config/options.js';
import { hasDeliveries, isHeldBack, type ChannelDefinition, type ChannelList } from './channel-list.js';
import { ThrottleRules } from './throttle-rules.js';
import { AT_ONCE, declaredTiming, parseTiming, type Timing } from './timing.js';

/** A type with all of its channels. */
export interface CatalogueType extends NotificationType {
  /** Whether each channel is on for users who have set nothing. */
  channels: Record<string, boolean>;
  /** When channels send that do not do so at once. */
  timing: Record<string, ChannelTiming>;
}

/** Every type of notification that is known: the shipped ones and the host's. Types are declared, not improvised. */
export class Catalogue {
  readonly throttles: ThrottleRules;
  private readonly byKey: ReadonlyMap<string, CatalogueType>;
  private readonly timings: ReadonlyMap<string, ReadonlyMap<string, Timing>>;

  /**
   * @param types later ones replace earlier ones of the same key
   * @throws ConfigurationError naming every channel that there is not, or that does not do what a type says of it
   */
  constructor(
    types: readonly NotificationType[],
    readonly channels: ChannelList,
  ) {
    refuse(channelProblems(types, channels), "The types' channels are not right:");
    this.byKey = new Map(types.map((type) => [type.key, completed(type, channels)]));
    this.throttles = new ThrottleRules(this.types);
    this.timings = new Map(this.types.map(({ key, timing }) => [key, parsed(timing)]));
  }

  get types(): CatalogueType[] {
    return [...this.byKey.values()];
  }

  get keys(): string[] {
    return [...this.byKey.keys()];
  }

  /** The names under which webhook endpoints may subscribe. */
  get webhookEvents(): ReadonlySet<string> {
    return new Set(this.types.flatMap((type) => type.webhookEvent ?? []));
  }

  find(key: string): CatalogueType | undefined {
    return this.byKey.get(key);
  }

  /** @throws CarillonError `unknown_type`, naming the closest key */
  get(key: string): CatalogueType {
    const type = this.byKey.get(key);
    if (type) return type;
    const message = this.unknown(key);
    throw new CarillonError('unknown_type', `type: ${message}`, [{ path: 'type', message }]);
  }

  /** When a channel sends what is of a type. */
  timingOf(typeKey: string, channelKey: string): Timing {
    return this.timings.get(typeKey)?.get(channelKey) ?? AT_ONCE;
  }

  /** What is said of a key that is not here. */
  unknown(key: string): string {
    return `"${excerpt(key)}" is not a notification type; the closest is "${nearest(key, this.keys)}"`;
  }
}

function completed(type: NotificationType, channels: ChannelList): CatalogueType {
  const timing = Object.entries(type.channels ?? {}).flatMap(([key, entry]) => {
    const declared = declaredTiming(entry);
    return declared ? [[key, declared] as const] : [];
  });
  return { ...type, channels: channels.defaultsOf(type), timing: Object.fromEntries(timing) };
}

function parsed(timing: CatalogueType['timing']): Map<string, Timing> {
  return new Map(Object.entries(timing).map(([channel, declared]) => [channel, parseTiming(declared)]));
}

function channelProblems(types: readonly NotificationType[], channels: ChannelList): string[] {
  return types.flatMap((type) =>
    Object.entries(type.channels ?? {}).flatMap(([key, entry]) => {
      const channel = channels.get(key);
      if (!channel) return [`${type.key}: ${channels.unknown(key)}`];
      return Object.keys(declaredTiming(entry) ?? {}).flatMap((name) => {
        const can = name === 'digest' ? isHeldBack : hasDeliveries;
        return can(channel) ? [] : [`${type.key}: ${cannot(channel, name, channels.all.filter(can))}`];
      });
    }),
  );
}

function cannot({ key }: ChannelDefinition, name: string, able: readonly ChannelDefinition[]): string {
  return `"${key}" has no ${name}; these have: ${able.map((channel) => channel.key).join(', ')}`;
}
