import type { Catalogue } from '../catalogue/catalogue.js';
import { FREQUENCIES, type Frequency } from '../catalogue/frequency.js';
import { MAX_ISSUES, type InputIssue } from '../common/errors.js';
import { isJsonObject } from '../common/json.js';
import { Reads, unlessAbsent, type Around, type Reading, type Schema } from '../common/rule.js';
import { didYouMean } from '../common/suggest.js';
import { excerpt } from '../common/text.js';
import type { ChangedPreference } from './preferences.store.js';

/** Channels, each on (true), off (false), or as if it had never been set (null). What is not named stays as it is. */
export type ChannelsPatch = Record<string, boolean | null>;

/** Channels of a type as in {@link ChannelsPatch}, and how often they send: `email_frequency`. */
export type TypePatch = Record<string, boolean | Frequency | null>;

// Their fields are the channels: `http/openapi.ts` makes them from the list.
const CHANNELS_PATCH: Schema = { $ref: '#/components/schemas/ChannelsPatch' };
const TYPE_PATCH: Schema = { $ref: '#/components/schemas/TypePatch' };

/** A change of a user's preferences. All of it is made, or nothing. */
export class PreferencesPatch {
  /** The switches of whole channels, which also hold for types that are declared later. */
  @Reads(unlessAbsent(readSwitches), {
    required: false,
    allOf: [CHANNELS_PATCH],
    description:
      'The switches of whole channels, which also hold for types that are declared later. Null takes a switch back.',
    example: { toast: false },
  })
  channels?: ChannelsPatch;

  /** Channels of single types, and how often they send. */
  @Reads(unlessAbsent(readTypes), {
    required: false,
    type: 'object',
    additionalProperties: TYPE_PATCH,
    description: 'Types that are left out stay as they are, and so do channels. Null takes a setting back.',
    example: { job_failed: { toast: true, webhook: null, email_frequency: 'daily' } },
  })
  types?: Record<string, TypePatch>;
}

function readSwitches(given: unknown, path: string, { known }: Around): Reading {
  const catalogue = known as Catalogue;
  return readEach(given, path, (channel, value, at) => issue(at, switchProblem(catalogue, channel, value)));
}

function readTypes(given: unknown, path: string, { known }: Around): Reading {
  const catalogue = known as Catalogue;
  return readEach(given, path, (type, channels, at) => {
    const reading = readEach(channels, at, (channel, value, place) =>
      issue(place, settingProblem(catalogue, type, channel, value)),
    );
    if ('issues' in reading) return reading.issues;
    return issue(at, typeProblem(catalogue, type));
  });
}

/** Reads an object by its entries. Each wrong name is compared with every right one, so that not all are looked at. */
function readEach(
  given: unknown,
  path: string,
  read: (key: string, value: unknown, path: string) => InputIssue[],
): Reading {
  if (!isJsonObject(given)) return { issues: [{ path, message: 'must be an object' }] };
  const issues: InputIssue[] = [];
  for (const [key, value] of Object.entries(given)) {
    if (issues.length >= MAX_ISSUES) break;
    issues.push(...read(key, value, `${path}.${key}`));
  }
  return issues.length > 0 ? { issues } : { value: given };
}

function issue(path: string, message: string | undefined): InputIssue[] {
  return message === undefined ? [] : [{ path, message }];
}

/** The changes that a part of a patch asks for: one for each channel. @param type the key of a type, or every type */
export function changesOf(type: string, patch: TypePatch, { channels }: Catalogue): ChangedPreference[] {
  const changes = new Map<string, ChangedPreference>();
  for (const [key, value] of Object.entries(patch)) {
    const channel = channels.frequencies.get(key)?.key ?? key;
    const set = channel === key ? { enabled: value as boolean } : { frequency: value as Frequency };
    changes.set(channel, { ...changes.get(channel), type, channel, ...set });
  }
  return [...changes.values()];
}

/** What is wrong with a setting of a type: a channel, or how often it sends. */
export function settingProblem(
  catalogue: Catalogue,
  type: string,
  key: string,
  value: unknown,
): string | undefined {
  const isFrequency = catalogue.channels.frequencies.has(key);
  const problem =
    typeProblem(catalogue, type) ??
    (isFrequency ? frequencyProblem(value) : switchProblem(catalogue, key, value));
  if (problem !== undefined || value === null) return problem;
  const { mutable, channels } = catalogue.get(type);
  return mutable || value === channels[key] ? undefined : `"${type}" cannot be changed by users`;
}

function typeProblem(catalogue: Catalogue, type: string): string | undefined {
  if (catalogue.find(type)) return undefined;
  return `"${excerpt(type)}" is not a notification type.${didYouMean(type, catalogue.keys)}`;
}

function switchProblem({ channels }: Catalogue, channel: string, value: unknown): string | undefined {
  if (!channels.has(channel)) return channels.unknown(channel);
  return value === null || typeof value === 'boolean' ? undefined : 'must be true, false or null';
}

function frequencyProblem(value: unknown): string | undefined {
  const isRight = value === null || FREQUENCIES.some((frequency) => frequency === value);
  return isRight ? undefined : `must be one of ${FREQUENCIES.join(', ')}, or null`;
}
