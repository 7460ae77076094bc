import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mintId, timeOfId } from '../../src/common/ids.js';
import { DAY_MS, isoTime } from '../../src/common/time.js';

describe('isoTime', () => {
  it('writes what Date does', () => {
    const times = fc.date({
      min: new Date(0),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(fc.property(times, (date) => isoTime(date.getTime()) === date.toISOString()));
  });

  it('goes on doing so over more days than it remembers', () => {
    const leapDay = Date.UTC(2028, 1, 29, 23, 59, 59, 999);
    for (const round of [1, 2]) {
      for (let day = 0; day < 1_500; day += 1) {
        const at = leapDay + day * DAY_MS;
        expect(`${round}: ${isoTime(at)}`).toBe(`${round}: ${new Date(at).toISOString()}`);
      }
    }
  });
});

describe('timeOfId', () => {
  it('reads the time with which an id was minted', () => {
    const times = fc.nat({ max: 2 ** 48 - 1 });
    fc.assert(fc.property(times, (at) => timeOfId(mintId(at)) === at));
  });
});
