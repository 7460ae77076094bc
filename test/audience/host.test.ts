import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Contacts } from '../../src/audience/contacts.js';
import { HostContacts } from '../../src/audience/host-contacts.js';
import type { CarillonOptions, Recipients } from '../../src/config/options.js';
import { Database } from '../../src/database/database.js';
import { startApp, type TestApp } from '../support/app.js';

const ANNA = {
  email: 'anna@example.com',
  name: 'Anna',
  locale: 'de',
  timeZone: 'Europe/Vienna',
  teamIds: ['red'],
};

afterEach(() => void jest.restoreAllMocks());

describe('a host that says how its users are reached', () => {
  let t: TestApp;
  let answer: Recipients['find'];
  const asked: (readonly string[])[] = [];
  beforeAll(async () => {
    const find = (userIds: readonly string[]) => {
      asked.push(userIds);
      return answer(userIds);
    };
    t = await startApp({ recipients: { find } });
  });
  afterAll(() => t.close());
  const find = (...userIds: string[]) =>
    t.app.get(Contacts, { strict: false }).find(t.app.get(Database, { strict: false }).manager, userIds);

  it('is asked each time, and what the user set comes before what it says', async () => {
    answer = async () => [{ userId: 'anna', ...ANNA }];
    await t.as('anna').patch('/v1/me').send({ locale: 'fr', quiet_hours: null }).expect(200);
    expect((await find('anna', 'nobody')).get('anna')).toEqual({ userId: 'anna', ...ANNA, locale: 'fr' });
    answer = () => [{ userId: 'anna', email: 'new@example.com' }];
    const me = await t.as('anna').get('/v1/me').expect(200);
    expect(me.body).toMatchObject({ email: 'new@example.com', name: null, locale: 'fr', time_zone: null });
    answer = () => [];
    expect([...(await find('anna', 'nobody')).values()]).toEqual([
      { userId: 'anna', email: null, name: null, locale: 'fr', timeZone: null, teamIds: [] },
    ]);
  });

  it('is asked for at most 500 at once', async () => {
    answer = (userIds) => userIds.map((userId) => ({ userId, name: userId, id: 7, createdAt: new Date() }));
    asked.length = 0;
    const found = await find(...Array.from({ length: 1_001 }, (_, n) => `u${n}`));
    expect(asked.map(({ length }) => length)).toEqual([500, 500, 1]);
    expect(found.get('u1000')).toMatchObject({ name: 'u1000', email: null });
    expect(found.size).toBe(1_001);
  });

  it('cannot have a wrong address used, nor that of another user, and loses no other contact', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const wrong = { userId: 'wrong', email: 'a@example.com\r\nBcc: b@example.com' };
    answer = () => [wrong, 7 as never, { userId: 'right', ...ANNA }, { userId: 'not asked for', ...ANNA }];
    expect([...(await find('wrong', 'right')).keys()]).toEqual(['right']);
    expect(warn.mock.calls[0]?.[0]).toContain('recipient.email must be an e-mail address');
    expect(warn).toHaveBeenCalledTimes(2);
  });

  it.each<[string, Recipients['find'], string]>([
    ['throws', () => Promise.reject(new Error('no connection')), 'no connection'],
    ['answers with something else', () => ({}) as never, 'it did not answer with a list'],
  ])('that %s is an error that says so', async (_, failing, why) => {
    const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    answer = failing;
    await expect(find('anna')).rejects.toMatchObject({
      code: 'unavailable',
      detail: `The application did not say how its users are reached: ${why}`,
    });
    expect(error.mock.calls[0]).toEqual([
      'recipients.find() failed for 1 users',
      expect.stringContaining(why),
    ]);
    await t.as('anna').get('/v1/me').expect(503);
  });

  it('has no contacts stored here', async () => {
    for (const request of [
      t.producer.put('/v1/users').send({ users: [{ id: 'anna' }] }),
      t.producer.put('/v1/users/anna').send({ name: 'A' }),
      t.producer.get('/v1/users/anna'),
    ]) {
      const refused = await request.expect(409);
      expect(refused.body).toMatchObject({
        code: 'contacts_from_host',
        detail: expect.stringContaining('application'),
      });
    }
  });
});

it('a host that hangs is an error after ten seconds', async () => {
  jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  jest.useFakeTimers();
  const hangs = {
    recipients: { find: () => new Promise<never>(() => undefined) },
  } as unknown as CarillonOptions;
  const failed = expect(new HostContacts(hangs).find(['anna'])).rejects.toThrow('did not answer within 10 s');
  await jest.advanceTimersByTimeAsync(10_000);
  jest.useRealTimers();
  await failed;
});
