import { CarillonError } from '../common/errors.js';
import { nearest } from '../common/suggest.js';
import { excerpt } from '../common/text.js';
import { refuse } from '../config/configuration-error.js';
import type { NotificationType } from '../config/options.js';
import type { ChannelList } from './channel-list.js';

/** A type with all of its channels. */
export interface CatalogueType extends NotificationType {
  /** Whether each channel is on for users who have set nothing. */
  channels: Record<string, boolean>;
}

/** Every type of notification that is known: the shipped ones and the host's. Types are declared, not improvised. */
export class Catalogue {
  private readonly byKey: ReadonlyMap<string, CatalogueType>;

  /**
   * @param types later ones replace earlier ones of the same key
   * @throws ConfigurationError naming every channel that there is not
   */
  constructor(
    types: readonly NotificationType[],
    readonly channels: ChannelList,
  ) {
    refuse(channelProblems(types, channels), "The types' channels are not right:");
    this.byKey = new Map(types.map((type) => [type.key, { ...type, channels: channels.defaultsOf(type) }]));
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

  /** What is said of a key that is not here. */
  unknown(key: string): string {
    return `"${excerpt(key)}" is not a notification type; the closest is "${nearest(key, this.keys)}"`;
  }
}

function channelProblems(types: readonly NotificationType[], channels: ChannelList): string[] {
  return types.flatMap((type) =>
    Object.keys(type.channels ?? {})
      .filter((key) => !channels.has(key))
      .map((key) => `${type.key}: ${channels.unknown(key)}`),
  );
}
