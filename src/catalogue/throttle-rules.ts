import { parseDuration } from '../common/duration.js';
import type { NotificationType } from '../config/options.js';

/** The throttles of all types that have one, without those of critical types: these are never throttled. */
export class ThrottleRules {
  private readonly keys: ReadonlySet<string>;
  /** As statements take them: a list of each type's key, its `max`, and its `per` in milliseconds. */
  readonly values: readonly [types: readonly string[], max: readonly number[], perMs: readonly number[]];
  /** The longest span of time: what is older counts for none. */
  readonly longestMs: number;

  /** @param types known to be right: `config/type-rules.ts` has looked at them */
  constructor(types: readonly NotificationType[]) {
    const rules = types.flatMap(({ key, critical, throttle }) =>
      throttle && critical !== true
        ? [{ key, max: throttle.max, perMs: parseDuration(throttle.per) ?? 0 }]
        : [],
    );
    this.keys = new Set(rules.map(({ key }) => key));
    this.values = [rules.map(({ key }) => key), rules.map(({ max }) => max), rules.map(({ perMs }) => perMs)];
    this.longestMs = Math.max(0, ...this.values[2]);
  }

  /** Without any, nothing is ever asked of the database. */
  get isEmpty(): boolean {
    return this.keys.size === 0;
  }

  has(type: string): boolean {
    return this.keys.has(type);
  }
}
