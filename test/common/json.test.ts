import { expect, it } from '@jest/globals';
import { isNestedDeeper } from '../../src/common/json.js';

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
  expect(isNestedDeeper(json, levels)).toBe(false);
  if (levels > 0) expect(isNestedDeeper(json, levels - 1)).toBe(true);
});
