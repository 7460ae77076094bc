import { CarillonError } from '../common/errors.js';
import { nearest } from '../common/suggest.js';
import { excerpt } from '../common/text.js';
import type { NotificationType } from '../config/options.js';

/** Every type of notification that is known: the shipped ones and the host's. Types are declared, not improvised. */
export class Catalogue {
  private readonly byKey: ReadonlyMap<string, NotificationType>;

  /** @param types later ones replace earlier ones of the same key */
  constructor(types: readonly NotificationType[]) {
    this.byKey = new Map(types.map((type) => [type.key, type]));
  }

  get types(): NotificationType[] {
    return [...this.byKey.values()];
  }

  get keys(): string[] {
    return [...this.byKey.keys()];
  }

  /** The names under which webhook endpoints may subscribe. */
  get webhookEvents(): ReadonlySet<string> {
    return new Set(this.types.flatMap((type) => type.webhookEvent ?? []));
  }

  find(key: string): NotificationType | undefined {
    return this.byKey.get(key);
  }

  /** @throws CarillonError `unknown_type`, naming the closest key */
  get(key: string): NotificationType {
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
