import { describe, expect, it } from '@jest/globals';
import { HELD_PAUSE_MS, PushServices } from '../../../src/channels/push/push-services.js';

const ORIGIN = 'https://push.example.com';
const OTHER = 'https://push.example.org';

function asked(services: PushServices, times: number, now: number): PushServices {
  for (let time = 0; time < times; time += 1) services.asked(ORIGIN, now);
  return services;
}

describe('a push service that answers nothing', () => {
  it('is asked no more while many requests to it are under way, and others are', () => {
    const services = asked(new PushServices(), 32, 0);
    expect(services.refusal(ORIGIN, 999)).toBeUndefined();
    expect(services.refusal(ORIGIN, 1_000)).toEqual({ error: `${ORIGIN} does not answer`, pauseMs: 10_000 });
    expect(services.refusal(OTHER, 1_000)).toBeUndefined();
  });

  it('is asked again after an answer, and as requests to it fail', () => {
    const services = asked(new PushServices(), 33, 0);
    services.ended(ORIGIN, true, 1_000);
    expect(services.refusal(ORIGIN, 1_999)).toBeUndefined();
    expect(services.refusal(ORIGIN, 2_000)).toBeDefined();
    services.ended(ORIGIN, false, 2_000);
    expect(services.refusal(ORIGIN, 2_000)).toBeUndefined();
  });

  it('has time from the first request after a rest', () => {
    const services = asked(new PushServices(), 1, 0);
    services.ended(ORIGIN, false, 500);
    asked(services, 32, 60_000);
    expect(services.refusal(ORIGIN, 60_999)).toBeUndefined();
    expect(services.refusal(ORIGIN, 61_000)).toBeDefined();
  });
});

it('one that refuses five in a row is asked once in a while, until it accepts', () => {
  const services = new PushServices();
  for (let time = 0; time < 4; time += 1) services.refused(ORIGIN, 'answered 403', 0);
  expect(services.refusal(ORIGIN, 0)).toBeUndefined();
  services.refused(ORIGIN, 'answered 403', 0);
  expect(services.refusal(ORIGIN, 9_999)).toEqual({ error: 'answered 403', pauseMs: HELD_PAUSE_MS });
  expect(services.refusal(ORIGIN, 10_000)).toBeUndefined();
  expect(services.refusal(ORIGIN, 10_001)).toBeDefined();
  services.accepted(ORIGIN);
  expect(services.refusal(ORIGIN, 10_002)).toBeUndefined();
});
