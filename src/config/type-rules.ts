import { DURATION_RULE, parseDuration } from '../common/duration.js';
import { isJsonObject } from '../common/json.js';
import { own } from '../common/own.js';
import { textProblem } from '../common/text.js';
import { LEVELS, UNLESS, type ConditionUnless, type Level } from './options.js';

const KEY = /^[a-z][a-z0-9_.-]{0,63}$/;

/** More interruptions than a person takes in, and as many rows as a decision counts at the most. */
const MAX_THROTTLE = 1_000;

/** It is a heading: longer, it would not be read as one. */
const MAX_CATEGORY = 64;

export interface TypeProblem {
  /** Where in the type, such as `.channels.toast`. */
  place: string;
  message: string;
}

/** Everything that is wrong with an entry of the catalogue, whether it came from code or from a file. */
export function typeProblems(type: unknown): TypeProblem[] {
  if (!isJsonObject(type)) return [{ place: '', message: 'must be an object' }];
  const { key, description, level, channels, webhookEvent, mutable, category, critical, throttle } = type;
  const checks: [place: string, right: boolean, message: string][] = [
    ['.key', typeof key === 'string' && KEY.test(key), `must match ${KEY.source}`],
    ['.description', typeof description === 'string' && description !== '', 'must be a text'],
    ['.level', LEVELS.includes(level as Level), `must be one of ${LEVELS.join(', ')}`],
    [
      '.webhookEvent',
      webhookEvent === null || (typeof webhookEvent === 'string' && KEY.test(webhookEvent)),
      `must be null or match ${KEY.source}`,
    ],
    ['.mutable', typeof mutable === 'boolean', 'must be true or false'],
    ['.mutable', mutable !== true || critical !== true, 'must be false, because the type is critical'],
    ['.critical', critical === undefined || typeof critical === 'boolean', 'must be true or false'],
    [
      '.category',
      category === undefined || textProblem(category, 1, MAX_CATEGORY) === undefined,
      `must be a text of 1 to ${MAX_CATEGORY} characters`,
    ],
    ['.channels', channels === undefined || isJsonObject(channels), 'must be an object'],
  ];
  return [
    ...checks.flatMap(([place, right, message]) => (right ? [] : [{ place, message }])),
    ...(isJsonObject(channels) ? channelProblems(channels) : []),
    ...(throttle === undefined ? [] : throttleProblems(throttle)),
  ];
}

/** What is wrong with the `types` of a host's options, each as `<place>: <what is wrong>`. */
export function typesProblems(types: unknown): string[] {
  if (!Array.isArray(types)) return ['types: must be a list of types'];
  return types.flatMap((type, index) =>
    typeProblems(type).map(({ place, message }) => `types[${index}]${place}: ${message}`),
  );
}

/** What a part of a type may be. */
type Rules = Readonly<Record<string, { right: (value: unknown) => boolean; must: string }>>;

const THROTTLE: Rules = {
  max: {
    right: (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_THROTTLE,
    must: `a whole number from 1 to ${MAX_THROTTLE}`,
  },
  per: { right: (value) => parseDuration(value) !== undefined, must: DURATION_RULE },
};

function throttleProblems(throttle: unknown): TypeProblem[] {
  const place = '.throttle';
  if (!isJsonObject(throttle)) return [{ place, message: 'must be an object { max, per }' }];
  // Both are needed: what is left out is as wrong as what is no such value.
  return partProblems(place, { max: undefined, per: undefined, ...throttle }, THROTTLE);
}

/** What an entry may say, and what that must be. */
const ENTRY: Rules = {
  default: { right: (value) => typeof value === 'boolean', must: 'true or false' },
  delay: { right: (value) => parseDuration(value) !== undefined, must: DURATION_RULE },
  unless: {
    right: (value) => UNLESS.includes(value as ConditionUnless),
    must: `one of ${UNLESS.join(', ')}`,
  },
  digest: {
    right: (value) => value === 'daily' || value === 'weekly' || parseDuration(value) !== undefined,
    must: `daily, weekly or ${DURATION_RULE}`,
  },
};

/** Which channels there are, and what they can, is known to the catalogue alone. */
function channelProblems(channels: Record<string, unknown>): TypeProblem[] {
  return Object.entries(channels).flatMap(([name, entry]) => {
    const place = `.channels.${name}`;
    if (typeof entry === 'boolean') return [];
    if (!isJsonObject(entry))
      return [{ place, message: `must be true, false or an object { ${Object.keys(ENTRY).join(', ')} }` }];
    return partProblems(place, entry, ENTRY);
  });
}

function partProblems(place: string, part: Record<string, unknown>, rules: Rules): TypeProblem[] {
  return Object.entries(part).flatMap(([key, value]) => {
    const rule = own(rules, key);
    if (!rule) return [{ place: `${place}.${key}`, message: 'is not known here' }];
    return rule.right(value) ? [] : [{ place: `${place}.${key}`, message: `must be ${rule.must}` }];
  });
}
