import type { CatalogueType } from '../catalogue/catalogue.js';
import type { ChannelDefinition, ChannelList } from '../catalogue/channel-list.js';
import type { Rule } from '../preferences/resolve.js';

/**
 * What was decided for one recipient: four bits for each channel, at the place of its number. One bigint in an array beside
 * the recipients says, for ten thousand of them, what would otherwise be a row for each channel of each. 0 is a channel that
 * there was not yet, or is not any more.
 */
const BITS = 4;

/** The most recipients in one row of `event_recipients`: an event with more has several. */
export const RECIPIENT_CHUNK = 10_000;

const ON_BY_DEFAULT = 1n;
const OFF_BY_DEFAULT = 2n;
const ON_BY_PREFERENCE = 3n;
const OFF_BY_PREFERENCE = 4n;
/** The channel could not send here, with any preference. */
const UNAVAILABLE = 6n;

/** The lowest bit of every channel. */
const LOWEST = 0x111_1111_1111_1111n;

/** The outcome for a user who has set nothing, as the text of a bigint. */
export function defaultOutcome(type: CatalogueType, channels: ChannelList): string {
  return channels.all
    .map((channel) => defaultCode(type, channel) << BigInt(channel.number * BITS))
    .reduce((outcome, code) => outcome | code, 0n)
    .toString();
}

function defaultCode({ channels }: CatalogueType, { key, unavailable }: ChannelDefinition): bigint {
  if (unavailable !== undefined) return UNAVAILABLE;
  return channels[key] === true ? ON_BY_DEFAULT : OFF_BY_DEFAULT;
}

/** What was decided of a channel for a recipient. */
interface Decision {
  available: boolean;
  on: boolean;
  rule: Rule;
}

/** Reads an outcome back; a channel of which it says nothing was off. */
export function decide(outcome: bigint, { number }: ChannelDefinition): Decision {
  const code = (outcome >> BigInt(number * BITS)) & 15n;
  return {
    available: code !== UNAVAILABLE,
    on: code === ON_BY_DEFAULT || code === ON_BY_PREFERENCE,
    rule: code === ON_BY_PREFERENCE || code === OFF_BY_PREFERENCE ? 'preference' : 'default',
  };
}

/** SQL: whether a channel is on. Of all codes the odd ones are. */
export function onSql(outcome: string, { number }: ChannelDefinition): string {
  return `(${outcome} >> ${number * BITS} & 1) = 1`;
}

/** SQL: the code of a row of `preferences`, at the place of its channel; null for a channel that there is not any more. */
export function setSql(channels: readonly ChannelDefinition[]): string {
  const places = channels.map(({ key, number }) => `WHEN '${key}' THEN ${number * BITS}`).join(' ');
  return `(CASE WHEN enabled THEN ${ON_BY_PREFERENCE} ELSE ${OFF_BY_PREFERENCE} END)::bigint << CASE channel ${places} END`;
}

/** SQL: an outcome in which what was set takes the place of what holds otherwise. */
export function mergedSql(outcome: string, set: string): string {
  // Either code of a preference has its lowest or its third bit: fifteen times that is the mask of its four. All these
  // operators have one precedence in PostgreSQL, from the left.
  const mask = `(((${set} | (${set} >> 2)) & ${LOWEST}) * 15)`;
  return `((${outcome} & ~${mask}) | ${set})`;
}
