import { isJsonObject } from '../common/json.js';
import { CHANNELS, LEVELS, type Level } from './options.js';

const KEY = /^[a-z][a-z0-9_.-]{0,63}$/;

export interface TypeProblem {
  /** Where in the type, such as `.channels.toast`. */
  place: string;
  message: string;
}

/** Everything that is wrong with an entry of the catalogue, whether it came from code or from a file. */
export function typeProblems(type: unknown): TypeProblem[] {
  if (!isJsonObject(type)) return [{ place: '', message: 'must be an object' }];
  const { key, description, level, channels, webhookEvent, mutable } = type;
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
    ['.channels', isJsonObject(channels), 'must be an object'],
  ];
  const problems = checks.flatMap(([place, right, message]) => (right ? [] : [{ place, message }]));
  return isJsonObject(channels) ? [...problems, ...channelProblems(channels)] : problems;
}

/** What is wrong with the `types` of a host's options, each as `<place>: <what is wrong>`. */
export function typesProblems(types: unknown): string[] {
  if (!Array.isArray(types)) return ['types: must be a list of types'];
  return types.flatMap((type, index) =>
    typeProblems(type).map(({ place, message }) => `types[${index}]${place}: ${message}`),
  );
}

function channelProblems(channels: Record<string, unknown>): TypeProblem[] {
  const names = new Set<string>([...CHANNELS, ...Object.keys(channels)]);
  return [...names].flatMap((name) => {
    const place = `.channels.${name}`;
    const unknown = { place, message: `must be one of ${CHANNELS.join(', ')}` };
    const wrong = { place, message: 'must be true or false' };
    return [
      ...(CHANNELS.includes(name as never) ? [] : [unknown]),
      ...(typeof channels[name] === 'boolean' ? [] : [wrong]),
    ];
  });
}
