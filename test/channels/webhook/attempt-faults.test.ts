import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { EndpointTester } from '../../../src/channels/webhook/endpoint-tester.js';
import { faultReport } from '../../../src/channels/webhook/fault-report.js';
import type { Target } from '../../../src/channels/webhook/formats/format.js';
import { HttpSender } from '../../../src/outbound/http-sender.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { answer, FakeTarget } from '../../outbound/support/targets.js';
import { TestWebhooks } from './support/webhooks.js';

const USER = 'user-1';
const HEALTH = 'SELECT failures, failing_since FROM carillon.webhook_endpoints';
const HEALTHY = { failures: 0, failing_since: null };

let database: TestDatabase;
let target: FakeTarget;
let logged: jest.SpiedFunction<(message: unknown, stack: string) => void>;
const opened: TestWebhooks[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  target = await FakeTarget.start(answer(200));
  logged = jest.spyOn(Logger.prototype, 'error') as typeof logged;
});
afterEach(async () => {
  logged.mockRestore();
  for (const webhooks of opened.splice(0)) await webhooks.close();
  await target.stop();
  await database.drop();
});

async function open(retrySchedule: number[], key = 'the encryption key of these tests, long enough') {
  const options = { encryption: { key }, deliveries: { retrySchedule } };
  const webhooks = await TestWebhooks.start(database.url, options);
  opened.push(webhooks);
  return webhooks;
}

const refused = (webhooks: TestWebhooks) =>
  webhooks.query<{ id: string; status: string; attempts: number; error: string }>(
    'SELECT id, status, attempts, error FROM carillon.deliveries',
  );

describe('a fault of this side', () => {
  // The formats that write the time down.
  it.each(['generic', 'discord'])(
    '%s: is logged, tried again and not the fault of the endpoint',
    async (kind) => {
      const webhooks = await open([0, 0, 0]);
      const endpoint = await webhooks.addEndpoint(USER, `${target.url}/secret-part`, { kind });
      await webhooks.query(`CREATE FUNCTION no_time() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW.created_at = 'infinity'; RETURN NEW; END $$`);
      await webhooks.query(`CREATE TRIGGER no_time BEFORE INSERT ON carillon.events
        FOR EACH ROW EXECUTE FUNCTION no_time()`);
      await webhooks.queue([{ userId: USER, id: endpoint.id }]);
      await webhooks.untilFinished();

      const [delivery] = await refused(webhooks);
      expect(delivery).toMatchObject({
        status: 'failed',
        attempts: 4,
        error: 'the attempt failed on this side',
      });
      expect(await webhooks.query(HEALTH)).toEqual([HEALTHY]);
      expect(logged).toHaveBeenCalledTimes(4);
      const [[message, stack] = []] = logged.mock.calls;
      expect(message).toContain(delivery?.id);
      expect(stack).toMatch(/^TypeError: .*toISOString.*\n {4}at .*formats/);
      expect(JSON.stringify(logged.mock.calls)).not.toContain('secret-part');
      expect(target.received).toEqual([]);
    },
  );

  it('is logged without the secret that stands in its message', async () => {
    const webhooks = await open([0]);
    const endpoint = await webhooks.addEndpoint(USER, `${target.url}/secret-part`, { kind: 'discord' });
    const send = jest.spyOn(webhooks.get(HttpSender), 'send');
    send.mockRejectedValueOnce(new RangeError('what is "/secret-part" to mean?'));
    await webhooks.queue([{ userId: USER, id: endpoint.id }]);
    await webhooks.untilFinished();
    expect(await refused(webhooks)).toMatchObject([{ status: 'delivered', attempts: 2 }]);
    expect(logged.mock.calls[0]?.[1]).toMatch(/^RangeError: \(.*\)\n {4}at /);
    expect(JSON.stringify(logged.mock.calls)).not.toContain('secret-part');
  });

  it('is a kind that this version does not know', async () => {
    const webhooks = await open([]);
    const endpoint = await webhooks.addEndpoint(USER, target.url);
    await webhooks.query(`UPDATE carillon.webhook_endpoints SET kind = 'pigeon'`);
    await webhooks.queue([{ userId: USER, id: endpoint.id }]);
    await webhooks.untilFinished();
    expect(await webhooks.query(HEALTH)).toEqual([HEALTHY]);
    expect(logged.mock.calls[0]?.[1]).toMatch(/"pigeon"/);
  });

  it('is what the test of an endpoint says', async () => {
    const webhooks = await open([]);
    const { id } = await webhooks.addEndpoint(USER, target.url);
    const send = jest.spyOn(webhooks.get(HttpSender), 'send');
    send.mockRejectedValueOnce(new TypeError('a surprise'));
    expect(await webhooks.get(EndpointTester).test(USER, id)).toMatchObject({
      delivered: false,
      error: 'the attempt failed on this side',
    });
  });
});

describe('a wrong key', () => {
  it('is said, not logged, and counts: only its owner can give the endpoint secrets that can be read', async () => {
    const before = await open([]);
    const endpoint = await before.addEndpoint(USER, target.url);
    await before.close();
    opened.length = 0;
    const webhooks = await open([], 'another encryption key of these tests, long enough');
    await webhooks.queue([{ userId: USER, id: endpoint.id }]);
    await webhooks.untilFinished();
    expect(await refused(webhooks)).toMatchObject([
      { status: 'failed', error: 'its secrets cannot be decrypted with the present key' },
    ]);
    expect(await webhooks.query(HEALTH)).toMatchObject([{ failures: 1 }]);
    expect(logged).not.toHaveBeenCalled();
  });
});

describe('faultReport', () => {
  const secretive: Target = {
    url: 'https://discord.com/api/webhooks/123456789/AbCdEf-Gh_Ij',
    credentials: { username: 'phil', password: 'p4ss' },
    secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  };

  it('has the stack and the message of an error that has nothing to do with a secret', () => {
    const report = faultReport(new TypeError('the level\nis missing'), secretive);
    expect(report).toMatch(/^TypeError: the level is missing\n {4}at .*attempt-faults/);
    expect(faultReport('thrown', secretive)).toBe('string was thrown');
    expect(faultReport(new Error('early'), undefined)).toMatch(/^Error: early\n/);
  });

  it('never has a piece of a secret', () => {
    const secrets = [secretive.url, 'phil', 'p4ss', ...secretive.secrets];
    const piece = fc
      .constantFrom(...secrets)
      .chain((secret) =>
        fc
          .nat(Math.max(0, secret.length - 6))
          .map((at) => secret.slice(at, at + Math.max(6, secret.length / 4))),
      );
    fc.assert(
      fc.property(fc.string(), piece, fc.string(), (before, secret, after) => {
        const report = faultReport(new SyntaxError(before + secret + after), secretive);
        expect(report.split('\n')[0]).not.toContain(secret);
      }),
    );
  });
});
