import { expect, it } from '@jest/globals';
import { parseDuration } from '../../src/common/duration.js';

it.each([
  ['1s', 1_000],
  ['90s', 90_000],
  ['10m', 600_000],
  ['2h', 7_200_000],
  ['366d', 31_622_400_000],
  ['8784h', 31_622_400_000],
])('reads %s', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

it.each([
  '',
  '0s',
  '00s',
  '01s',
  '-1s',
  '1.5h',
  '1',
  'm',
  '1M',
  '1w',
  '1 m',
  ' 1m',
  '1m ',
  '10ms',
  '1h30m',
  '367d',
  '8785h',
  '999999999d',
  '9999999999s',
  '٣m',
  'daily',
  60,
  null,
  undefined,
  ['1m'],
])('refuses %j', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});
