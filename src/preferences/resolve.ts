import type { CatalogueType } from '../catalogue/catalogue.js';
import type { Frequency } from '../catalogue/frequency.js';

/** Stands in the place of a type where a whole channel is meant. */
export const EVERY_TYPE = '';

/** What a user set for a channel; null is not set. */
export interface SetChannel {
  enabled: boolean | null;
  frequency: Frequency | null;
}

/** What a user set: by type (or {@link EVERY_TYPE}), then by channel. What is not there is not set. */
export type SetPreferences = ReadonlyMap<string, ReadonlyMap<string, SetChannel>>;

/** Why a channel is on or off: the user said so, or the type's default holds. */
export type Rule = 'preference' | 'default';

export interface Resolved {
  on: boolean;
  rule: Rule;
}

/**
 * Whether a channel is on for a user. What is most specific wins: what the user set for the type, else for the whole
 * channel, else the catalogue's default. A type that may not be muted (any more) has its default, whatever was set.
 * `dispatcher/notify.sql.ts` says the same in SQL, and a test holds the two together.
 */
export function resolveChannel(type: CatalogueType, set: SetPreferences, channel: string): Resolved {
  const chosen = type.mutable
    ? (set.get(type.key)?.get(channel)?.enabled ?? set.get(EVERY_TYPE)?.get(channel)?.enabled)
    : undefined;
  return chosen == null
    ? { on: type.channels[channel] ?? false, rule: 'default' }
    : { on: chosen, rule: 'preference' };
}

/** How often a user wants a channel to send what is of a type; null: as the type says, which holds where it may not be muted. */
export function chosenFrequency(type: CatalogueType, set: SetPreferences, channel: string): Frequency | null {
  return type.mutable ? (set.get(type.key)?.get(channel)?.frequency ?? null) : null;
}

/** All channels of a type for a user. */
export function resolveType(type: CatalogueType, set: SetPreferences): Record<string, boolean> {
  return Object.fromEntries(
    Object.keys(type.channels).map((channel) => [channel, resolveChannel(type, set, channel).on]),
  );
}
