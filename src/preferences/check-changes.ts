import type { Catalogue } from '../catalogue/catalogue.js';
import { MAX_ISSUES, type InputIssue } from '../common/errors.js';
import { didYouMean } from '../common/suggest.js';
import { excerpt } from '../common/text.js';
import type { SetType } from './preferences.store.js';

/** One wish of a user, as it came: not known to be right. */
export interface PreferenceChange {
  /** Where it stands in the input, for the error: where code says none, its number, as in `changes[0]`. */
  path?: string;
  /** A key of the catalogue. */
  type: string;
  /** One of the type's. Left out where a type is named without a channel: nothing changes, but the type must be one. */
  channel?: string;
  /** On (true) or off (false). */
  value?: unknown;
  /** What is wrong with its form already: whoever reads the input sees it, and all is told together. */
  problem?: string;
}

/** The changes per type, and everything that is wrong with them. */
export function checkChanges(
  catalogue: Catalogue,
  changes: PreferenceChange[],
): { types: SetType[]; issues: InputIssue[] } {
  const types = new Map<string, SetType>();
  const issues: InputIssue[] = [];
  for (const [index, change] of changes.entries()) {
    // Each wrong name is compared with every right one.
    if (issues.length === MAX_ISSUES) break;
    const message = change.problem ?? problem(catalogue, change);
    if (message !== undefined) {
      issues.push({ path: change.path ?? `changes[${index}]`, message });
      continue;
    }
    if (change.channel === undefined) continue;
    const set = types.get(change.type) ?? { type: change.type, channels: {} };
    set.channels[change.channel] = change.value as boolean;
    types.set(change.type, set);
  }
  return { types: [...types.values()], issues };
}

function problem(catalogue: Catalogue, change: PreferenceChange): string | undefined {
  if (typeof change.type !== 'string') return 'its type must be a string';
  const type = catalogue.find(change.type);
  if (!type) {
    return `"${excerpt(change.type)}" is not a notification type.${didYouMean(change.type, catalogue.keys)}`;
  }
  if (change.channel === undefined) return undefined;
  if (!catalogue.channels.has(change.channel)) return catalogue.channels.unknown(change.channel);
  if (typeof change.value !== 'boolean') return 'must be true or false';
  if (!type.mutable && change.value !== type.channels[change.channel]) {
    return `"${change.type}" cannot be changed by users`;
  }
  return undefined;
}
