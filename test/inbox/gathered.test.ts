import { expect, it } from '@jest/globals';
import { Gathered } from '../../src/notifications/gathered.js';

/** Doubles numbers, and keeps what it was asked for in each call. */
function doubling() {
  const calls: number[][] = [];
  const gathered = new Gathered(async (keys: number[]) => {
    calls.push(keys);
    if (keys.includes(13)) throw new Error('unlucky');
    return keys.map((key) => key * 2);
  });
  return { calls, read: (key: number) => gathered.read(key) };
}

it('makes one call of what is asked for in one turn, and answers each with its own', async () => {
  const { calls, read } = doubling();
  expect(await Promise.all([1, 2, 2, 3].map(read))).toEqual([2, 4, 4, 6]);
  expect(await read(4)).toBe(8);
  expect(calls).toEqual([[1, 2, 2, 3], [4]]);
});

it('shares a burst out over several calls', async () => {
  const { calls, read } = doubling();
  const keys = Array.from({ length: 250 }, (_, index) => index + 100);
  expect(await Promise.all(keys.map(read))).toEqual(keys.map((key) => key * 2));
  expect(calls.map(({ length }) => length)).toEqual([100, 100, 50]);
});

it('fails those alone that were in the call that failed', async () => {
  const { read } = doubling();
  const outcomes = await Promise.allSettled([13, 1].map(read));
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await read(1)).toBe(2);
});
