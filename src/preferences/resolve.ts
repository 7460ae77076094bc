import type { CatalogueType } from '../catalogue/catalogue.js';

/** What a user set for one type; a channel that is absent or null is not set. */
export type SetChannels = Record<string, boolean | null>;

/** Why a channel is on or off: the user said so, or the type's default holds. */
export type Rule = 'preference' | 'default';

export interface Resolved {
  on: boolean;
  rule: Rule;
}

/**
 * Whether a channel is on for a user: what the user set, else the catalogue's default. What was set for a type
 * that may not be muted (any more) has no effect. `dispatcher/notify.store.ts` says the same in SQL, and a test holds
 * the two together.
 */
export function resolveChannel(type: CatalogueType, set: SetChannels | undefined, channel: string): Resolved {
  const chosen = type.mutable ? set?.[channel] : undefined;
  return typeof chosen === 'boolean'
    ? { on: chosen, rule: 'preference' }
    : { on: type.channels[channel] ?? false, rule: 'default' };
}

/** All channels of a type for a user. */
export function resolveType(type: CatalogueType, set: SetChannels | undefined): Record<string, boolean> {
  return Object.fromEntries(
    Object.keys(type.channels).map((channel) => [channel, resolveChannel(type, set, channel).on]),
  );
}
