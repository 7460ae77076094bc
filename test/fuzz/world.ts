import { expect } from '@jest/globals';
import { rowsOf } from '../security/world.js';
import { startApp, tokenOf, type TestApp } from '../support/app.js';
import { connect, type Sql } from '../support/sql.js';
import { sendBytes, sendRaw, type RawAnswer, type RawRequest } from './raw.js';

/** Is in everything that bob has: no answer to anybody else may hold it. */
export const OF_BOB = 'of bob alone';

export interface FuzzWorld {
  t: TestApp;
  /** Ann's notifications, newest first; the last is in the trash. */
  anns: string[];
  bobs: string[];
  /** A delivery list needs an endpoint. */
  webhook: string;
  eventId: string;
  ann: [string, string];
  send(request: RawRequest, until?: string): Promise<RawAnswer>;
  /** Sends what need not be a request, a byte for each character. */
  sendText(text: string): Promise<RawAnswer>;
  /** Everything that is stored of bob. */
  bob(): Promise<unknown>;
  close(): Promise<void>;
}

export async function makeFuzzWorld(): Promise<FuzzWorld> {
  const t = await startApp();
  const sql: Sql = await connect(t.databaseUrl);
  const events: string[] = [];
  for (const [user, title] of [
    ['ann', 'hers'],
    ['bob', OF_BOB],
  ] as const) {
    for (let at = 0; at < 6; at += 1) {
      const event = { type: 'job_failed', user_ids: [user], title, body: title, team_id: 'w1' };
      events.push((await t.post(event)).id);
    }
  }
  const idsOf = async (user: string) => {
    const { body } = await t.as(user).get('/v1/notifications').expect(200);
    return (body as { notifications: { id: string }[] }).notifications.map(({ id }) => id);
  };
  const [anns, bobs] = [await idsOf('ann'), await idsOf('bob')];
  await t
    .as('ann')
    .delete(`/v1/notifications/${anns.at(-1)}`)
    .expect(200);
  const made = await t
    .as('ann')
    .post('/v1/webhooks')
    .send({ name: 'n', kind: 'generic', url: 'https://hooks.example.com/', events: ['quota.warning'] })
    .expect(201);
  return {
    t,
    anns,
    bobs,
    webhook: (made.body as { webhook: { id: string } }).webhook.id,
    eventId: events[0] as string,
    ann: ['Authorization', `Bearer ${tokenOf('ann')}`],
    send: (request, until) => sendRaw(t.url, request, until),
    sendText: (text) => sendBytes(t.url, Buffer.from(text, 'latin1')),
    bob: () => rowsOf(sql, 'bob'),
    close: async () => {
      await sql.end();
      await t.close();
    },
  };
}

/** What holds for every answer, whatever was asked: a status that is specified, problems as problems, nothing of bob. */
export function expectSound(answer: RawAnswer, allowed: number[]): void {
  const { status, contentType, body } = answer;
  if (!allowed.includes(status)) throw new Error(`${status}, not one of ${allowed.join(', ')}: ${body}`);
  if (body.includes(OF_BOB)) throw new Error(`the answer is about bob: ${body}`);
  if (status < 400) return;
  expect(contentType).toBe('application/problem+json; charset=utf-8');
  expect(JSON.parse(body)).toMatchObject({
    status,
    code: expect.stringMatching(/^[a-z_]+$/),
    detail: expect.any(String),
    title: expect.any(String),
    type: expect.stringMatching(/^urn:carillon:problem:/),
  });
}
