import type { Catalogue } from '../catalogue/catalogue.js';
import { MAX_ISSUES, type InputIssue } from '../common/errors.js';
import { isJsonObject } from '../common/json.js';
import { Reads, unlessAbsent, type Around, type Reading, type Schema } from '../common/rule.js';
import { didYouMean } from '../common/suggest.js';
import { excerpt } from '../common/text.js';

/** Channels, each on (true), off (false), or as if it had never been set (null). What is not named stays as it is. */
export type ChannelsPatch = Record<string, boolean | null>;

// Its fields are the channels: `http/openapi.ts` makes it from their list.
const CHANNELS_PATCH: Schema = { $ref: '#/components/schemas/ChannelsPatch' };

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

  /** Channels of single types. */
  @Reads(unlessAbsent(readTypes), {
    required: false,
    type: 'object',
    additionalProperties: CHANNELS_PATCH,
    description: 'Types that are left out stay as they are, and so do channels. Null takes a setting back.',
    example: { job_failed: { toast: true, webhook: null } },
  })
  types?: Record<string, ChannelsPatch>;
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

/** What is wrong with a channel of a type that is to be set. */
export function settingProblem(
  catalogue: Catalogue,
  type: string,
  channel: string,
  value: unknown,
): string | undefined {
  const problem = typeProblem(catalogue, type) ?? switchProblem(catalogue, channel, value);
  if (problem !== undefined || value === null) return problem;
  const { mutable, channels } = catalogue.get(type);
  return mutable || value === channels[channel] ? undefined : `"${type}" cannot be changed by users`;
}

function typeProblem(catalogue: Catalogue, type: string): string | undefined {
  if (catalogue.find(type)) return undefined;
  return `"${excerpt(type)}" is not a notification type.${didYouMean(type, catalogue.keys)}`;
}

function switchProblem({ channels }: Catalogue, channel: string, value: unknown): string | undefined {
  if (!channels.has(channel)) return channels.unknown(channel);
  return value === null || typeof value === 'boolean' ? undefined : 'must be true, false or null';
}
