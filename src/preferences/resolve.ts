import { CHANNELS, type Channel, type NotificationType } from '../config/options.js';

/** What a user set for one type; a channel that is absent or null is not set. */
export type SetChannels = Partial<Record<Channel, boolean | null>>;

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
export function resolveChannel(
  type: NotificationType,
  set: SetChannels | undefined,
  channel: Channel,
): Resolved {
  const chosen = type.mutable ? set?.[channel] : undefined;
  return typeof chosen === 'boolean'
    ? { on: chosen, rule: 'preference' }
    : { on: type.channels[channel], rule: 'default' };
}

/** All channels of a type for a user. */
export function resolveType(type: NotificationType, set: SetChannels | undefined): Record<Channel, boolean> {
  return Object.fromEntries(
    CHANNELS.map((channel) => [channel, resolveChannel(type, set, channel).on]),
  ) as Record<Channel, boolean>;
}
