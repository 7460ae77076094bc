import { expect, it } from '@jest/globals';
import { exceededLimit } from '../../src/http/json-body.js';

it.each([
  ['1', 0],
  ['[]', 1],
  ['[[],[],[]]', 2],
  ['{"a":[{"b":1}],"c":{}}', 3],
  ['"[[[["', 0],
  ['["\\"[[[", "\\\\", [1]]', 2],
  ['{"[":"]"}', 1],
  ['{"é[":"\\u005b"}', 1],
])('%s has %i levels', (text, levels) => {
  const json = Buffer.from(text);
  const within = (depth: number) => exceededLimit(json, { depth, ownKeys: 9, keys: 9, values: 9 });
  expect(within(levels)).toBeUndefined();
  if (levels > 0) expect(within(levels - 1)).toBe('depth');
});

it.each([
  ['{}', 0, 0],
  ['{"a":1}', 1, 1],
  ['{"a":{"b":1,"c":[{"d":2}]},"e:":":"}', 2, 5],
  ['[{"a":1},{"a":":\\":"}]', 0, 2],
  ['":\\":"', 0, 0],
])('%s has %i keys of its own and %i in all', (text, ownKeys, keys) => {
  const json = Buffer.from(text);
  const within = (own: number, all: number) =>
    exceededLimit(json, { depth: 9, ownKeys: own, keys: all, values: 99 });
  expect(within(ownKeys, keys)).toBeUndefined();
  if (ownKeys > 0) expect(within(ownKeys - 1, keys)).toBe('ownKeys');
  if (keys > ownKeys) expect(within(ownKeys, keys - 1)).toBe('keys');
});

it.each([
  ['1', 0],
  ['[]', 1],
  ['[1]', 1],
  ['[1,2,3]', 3],
  ['[[],[],[]]', 6],
  ['{"a":1,"b":[",","["],"c":{}}', 6],
])('%s counts as %i values', (text, values) => {
  const json = Buffer.from(text);
  const within = (most: number) => exceededLimit(json, { depth: 9, ownKeys: 9, keys: 9, values: most });
  expect(within(values)).toBeUndefined();
  if (values > 0) expect(within(values - 1)).toBe('values');
});
