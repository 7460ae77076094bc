import type { Catalogue } from '../catalogue/catalogue.js';
import { MAX_ISSUES, type InputIssue } from '../common/errors.js';
import { didYouMean } from '../common/suggest.js';
import { excerpt } from '../common/text.js';
import type { ChangedPreference } from './preferences.store.js';
import { EVERY_TYPE } from './resolve.js';

/** One wish of a user, as it came: not known to be right. */
export interface PreferenceChange {
  /** Where it stands in the input, for the error: where code says none, its number, as in `changes[0]`. */
  path?: string;
  /** A key of the catalogue. Left out, the whole channel is meant: all types for which nothing of their own is set. */
  type?: string;
  /** A channel's key. Left out where a type is named without a channel: nothing changes, but the type must be one. */
  channel?: string;
  /** On (true), off (false), or as if it had never been set (null). */
  value?: unknown;
  /** What is wrong with its form already: seen where the input is read, and named together with the rest. */
  problem?: string;
}

/** The changes, each of another channel or type, and everything that is wrong with them. */
export function checkChanges(
  catalogue: Catalogue,
  wished: PreferenceChange[],
): { changes: ChangedPreference[]; issues: InputIssue[] } {
  const changes = new Map<string, ChangedPreference>();
  const issues: InputIssue[] = [];
  for (const [index, change] of wished.entries()) {
    // Each wrong name is compared with every right one.
    if (issues.length === MAX_ISSUES) break;
    const message = change.problem ?? problem(catalogue, change);
    if (message !== undefined) {
      issues.push({ path: change.path ?? `changes[${index}]`, message });
      continue;
    }
    const { type = EVERY_TYPE, channel } = change;
    if (channel === undefined) continue;
    changes.set(JSON.stringify([type, channel]), { type, channel, enabled: change.value as boolean | null });
  }
  return { changes: [...changes.values()], issues };
}

function problem(catalogue: Catalogue, { type, channel, value }: PreferenceChange): string | undefined {
  if (type === undefined && channel === undefined) return 'must name a type or a channel';
  if (type !== undefined && typeof type !== 'string') return 'its type must be a string';
  const known = type === undefined ? undefined : catalogue.find(type);
  if (type !== undefined && !known) {
    return `"${excerpt(type)}" is not a notification type.${didYouMean(type, catalogue.keys)}`;
  }
  if (channel === undefined) return undefined;
  if (!catalogue.channels.has(channel)) return catalogue.channels.unknown(channel);
  if (value === null) return undefined;
  if (typeof value !== 'boolean') return 'must be true, false or null';
  if (known?.mutable === false && value !== known.channels[channel]) {
    return `"${type}" cannot be changed by users`;
  }
  return undefined;
}
