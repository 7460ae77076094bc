import { expect, it } from '@jest/globals';
import { remembered } from '../../src/common/remembered.js';

it('makes a result once, while it is among the latest', () => {
  const made: string[] = [];
  const lengthOf = remembered(2, (text) => {
    made.push(text);
    return text.length;
  });
  expect(['', 'a', '', 'bb', '', 'a'].map(lengthOf)).toEqual([0, 1, 0, 2, 0, 1]);
  expect(made).toEqual(['', 'a', 'bb', 'a']);
});
