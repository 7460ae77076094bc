import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  ageOf,
  MAX_PAYLOAD_BYTES,
  pushMessage,
  SMALL_PAYLOAD_BYTES,
} from '../../../src/channels/push/push-message.js';
import type { Announcement, Message } from '../../../src/deliveries/sending-channel.js';

const NOW = Date.parse('2026-03-30T08:00:00Z');
const HOUR_MS = 3_600_000;

function message(announcement: Partial<Announcement> = {}, userId = 'ann'): Message {
  return {
    id: '0195e3c0-0000-7000-8000-000000000001',
    userId,
    event: 'job_failed',
    notificationId: '0195e3c0-0000-7000-8000-000000000002',
    notification: {
      type: 'job_failed',
      level: 'info',
      title: 'Backup failed',
      body: 'The disk is full.',
      link: '/jobs/17',
      data: null,
      teamId: null,
      entityType: null,
      entityId: null,
      collapseKey: null,
      actions: [],
      image: null,
      actor: null,
      expiresAt: null,
      createdAt: new Date(NOW),
      ...announcement,
    },
  };
}

const push = (announcement: Partial<Announcement>, maxBytes?: number) => {
  const made = pushMessage(message(announcement), NOW, undefined, maxBytes);
  return { ...made, payload: JSON.parse(made.payload) };
};
const bytesOf = (announcement: Partial<Announcement>, maxBytes?: number) =>
  Buffer.byteLength(pushMessage(message(announcement), NOW, undefined, maxBytes).payload);

it('says what a service worker shows and opens', () => {
  expect(push({})).toEqual({
    payload: {
      id: '0195e3c0-0000-7000-8000-000000000002',
      type: 'job_failed',
      level: 'info',
      title: 'Backup failed',
      body: 'The disk is full.',
      link: '/jobs/17',
      tag: '0195e3c0-0000-7000-8000-000000000002',
    },
    ttl: 86_400,
    urgency: 'normal',
    topic: undefined,
  });
});

describe('what is shown beside the words', () => {
  const actor = { name: 'Ann', image: 'https://cdn.example.com/ann.png' };
  const image = 'https://cdn.example.com/17.png';
  const actions = [
    { id: 'retry', label: 'Try again' },
    { id: 'log', label: 'Log', link: '/jobs/17/log' },
  ];
  const long = (text: string) => `https://cdn.example.com/${text.repeat(1_000)}`;

  it('is the pictures, and the actions that lead somewhere', () => {
    const { payload } = push({ actor, image, actions });
    const shown = { image, icon: actor.image, actions: [actions[1]] };
    expect(payload).toEqual({ ...push({}).payload, ...shown });
    expect(push({ actor: { name: 'Ann' }, actions: [actions[0]!] }).payload).toEqual(push({}).payload);
  });

  it('is there with a body that is cut', () => {
    const { payload } = push({ actor, image, actions, body: 'b'.repeat(5_000) });
    expect(payload).toMatchObject({ image, icon: actor.image, actions: [actions[1]], link: '/jobs/17' });
    expect(payload.body).toMatch(/^b{3000,}…$/);
  });

  it('leaves half of the room to the words: pictures go first, then actions', () => {
    const crowded = { body: 'b'.repeat(5_000), actions };
    const withoutPicture = push({ ...crowded, image: long('ii') }).payload;
    expect(withoutPicture).toMatchObject({ actions: [actions[1]] });
    expect(withoutPicture).not.toHaveProperty('image');
    const far = [{ id: 'log', label: 'Log', link: long('ll') }];
    const words = push({ ...crowded, actions: far, image }).payload;
    expect(Object.keys(words)).toEqual(Object.keys(push({}).payload));
    // Where everything has room, it stays.
    expect(push({ actions: far, body: null }).payload).toMatchObject({ actions: far });
  });

  it('is nothing of several', () => {
    const one = message({ actor, image, actions });
    const digest = { total: 2, items: [one, one] };
    expect(Object.keys(JSON.parse(pushMessage({ ...one, digest }, NOW).payload))).toEqual(
      Object.keys(push({}).payload),
    );
  });
});

it('is new, however old its event is, when it had to wait until now', () => {
  const old = message({ createdAt: new Date(NOW - 200 * HOUR_MS) });
  expect([ageOf(old, NOW), ageOf({ ...old, waited: true }, NOW)]).toEqual([200 * HOUR_MS, 0]);
  expect(pushMessage({ ...old, waited: true }, NOW).ttl).toBe(86_400);
});

describe('a push about several', () => {
  const several = (total: number, announcements: Partial<Announcement>[], age = 0) => {
    const items = announcements.map((one, at) =>
      message({ title: `Number ${at}`, ...one, createdAt: new Date(NOW - age) }),
    );
    const whole = { ...message(announcements[0]), waited: true, digest: { total, items } };
    const made = pushMessage(whole, NOW, 'https://app.example.com/home');
    return { ...made, payload: JSON.parse(made.payload) };
  };

  it('says how many, and what the newest are, and opens the application', () => {
    expect(several(12, [{ level: 'success' }, { level: 'info' }, {}, {}, {}, {}, {}])).toEqual({
      payload: {
        id: null,
        type: null,
        level: 'success',
        title: '12 notifications',
        body: 'Number 0\nNumber 1\nNumber 2\nNumber 3\nNumber 4',
        link: 'https://app.example.com/home',
        tag: '0195e3c0-0000-7000-8000-000000000001',
      },
      ttl: 86_400,
      urgency: 'normal',
      topic: undefined,
    });
  });

  it('is as urgent as the most urgent of them', () => {
    expect(several(3, [{}, { level: 'error' }, { level: 'warning' }])).toMatchObject({
      payload: { level: 'error' },
      urgency: 'high',
    });
  });

  it('is new, however long they have waited for each other, and takes the place of nothing', () => {
    const about = { entityType: 'job', entityId: '17' };
    const { ttl, topic } = several(2, [about, about], 200 * HOUR_MS);
    expect([ttl, topic]).toEqual([86_400, undefined]);
  });

  it('is not longer than a push may be', () => {
    const made = several(
      50,
      Array.from({ length: 50 }, () => ({ title: '😀'.repeat(255) })),
    );
    expect(Buffer.byteLength(JSON.stringify(made.payload))).toBeLessThanOrEqual(MAX_PAYLOAD_BYTES);
    expect(made.payload.title).toBe('50 notifications');
  });
});

it.each([
  ['info', 'normal'],
  ['success', 'normal'],
  ['warning', 'normal'],
  ['error', 'high'],
] as const)('has for the level %s the urgency %s', (level, urgency) => {
  expect(push({ level }).urgency).toBe(urgency);
});

it.each([
  [0, 86_400],
  [-5_000, 86_405],
  [HOUR_MS, 82_800],
  [23 * HOUR_MS + 999, 3_600],
  [25 * HOUR_MS, 0],
])('is kept for what is left of a day: after %d ms for %d s', (age, ttl) => {
  expect(push({ createdAt: new Date(NOW - age) }).ttl).toBe(ttl);
});

it.each([
  [HOUR_MS, 3_600],
  [25 * HOUR_MS, 86_400],
  [-1, 0],
])('is kept no longer than it lasts: for %d ms more', (left, ttl) => {
  expect(push({ createdAt: new Date(NOW), expiresAt: new Date(NOW + left) }).ttl).toBe(ttl);
});

describe('the topic', () => {
  const topicOf = (announcement: Partial<Announcement>, userId?: string) =>
    pushMessage(message(announcement, userId), NOW).topic;
  const entity = { entityType: 'job', entityId: '17' };

  it('is what a push service takes, and the tag of what is shown', () => {
    const { topic, payload } = push(entity);
    expect(topic).toMatch(/^[\w-]{32}$/);
    expect(payload.tag).toBe(topic);
  });

  it('is the same for one collapse key, or else for one entity, of one user', () => {
    expect(topicOf(entity)).toBe(topicOf({ ...entity, title: 'another' }));
    const others = [
      topicOf({ ...entity, entityId: '18' }),
      topicOf({ entityType: 'job1', entityId: '7' }),
      topicOf(entity, 'bob'),
      topicOf({ ...entity, collapseKey: 'k' }),
      topicOf({ collapseKey: '17' }),
    ];
    expect(new Set([topicOf(entity), ...others]).size).toBe(6);
    expect(topicOf({ ...entity, collapseKey: 'k' })).toBe(topicOf({ collapseKey: 'k' }));
  });
});

describe('the size', () => {
  it('cuts the body at a whole character, and leaves the rest', () => {
    const { payload } = push({ body: '👩‍👩‍👧‍👧'.repeat(1_000) });
    expect(payload).toMatchObject({ title: 'Backup failed', link: '/jobs/17' });
    expect(payload.body).toMatch(/^(👩‍👩‍👧‍👧)+…$/u);
    expect(bytesOf({ body: '👩‍👩‍👧‍👧'.repeat(1_000) })).toBeGreaterThan(MAX_PAYLOAD_BYTES - 30);
  });

  it('leaves out a link that has no room, and keeps the title whole', () => {
    const title = 'é'.repeat(255);
    const { payload } = push({ title, link: `/${'ü'.repeat(2_000)}`, body: 'b'.repeat(5_000) });
    expect(payload).toMatchObject({ title, link: null });
    expect(payload.body).toMatch(/^b{3000,}…$/);
  });

  it('holds for whatever texts', () => {
    const text = (most: number) => fc.string({ unit: 'binary', maxLength: most });
    fc.assert(
      fc.property(
        fc.record({
          title: text(255),
          body: text(10_000),
          link: fc.option(text(2_048)),
          image: fc.option(text(2_048)),
          actions: fc.array(fc.record({ id: text(64), label: text(40), link: text(2_048) }), {
            maxLength: 3,
          }),
        }),
        fc.constantFrom(MAX_PAYLOAD_BYTES, SMALL_PAYLOAD_BYTES),
        ({ body, ...rest }, most) => {
          expect(bytesOf({ ...rest, body: body.repeat(20) }, most)).toBeLessThanOrEqual(most);
        },
      ),
    );
  });
});
