import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { answer, FakeTarget } from '../outbound/support/targets.js';
import type { TestDatabase } from '../support/database.js';
import type { Sql } from '../support/sql.js';
import { postEvent, subscribe } from './support/api.js';
import { megabytes, report } from './support/report.js';
import { sendingTo, type Server } from './support/server.js';
import { typesFile } from './support/types-file.js';
import { until } from './support/wait.js';
import { endWorld, startWorld } from './support/world.js';

const USERS = 10_000;
const EACH = ['one', 'two', 'three'];
/** Contacts that are taken at once. */
const BATCH = 1_000;
/** Of a process that keeps none of what it has sent. */
const MORE_MEMORY = 64 * 1024 * 1024;

const WEBHOOK_USER = 'with-a-webhook';

const types = typesFile([
  { key: 'comment', description: 'A comment.', channels: { email: { default: true, digest: '1h' } } },
  { key: 'urgent', description: 'Urgent.', channels: { webhook: true }, webhook_event: 'urgent' },
]);

/** By address: the ids of the mails, and which events they tell of. */
const mails = new Map<string, { id: string; told: string[] }[]>();
let taken = 0;
const mailServer = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  logger: false,
  onData(stream, session, done) {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const raw = Buffer.concat(chunks).toString('latin1');
      const to = session.envelope.rcptTo[0]?.address ?? '';
      const id = /^message-id: (.*)$/im.exec(raw)?.[1] ?? '';
      mails.set(to, [
        ...(mails.get(to) ?? []),
        { id, told: EACH.filter((item) => raw.includes(`event ${item}`)) },
      ]);
      taken += 1;
      done();
    });
  },
});

let database: TestDatabase;
let sql: Sql;
let apiKey: string;
let server: Server & { url: string };
let sink: FakeTarget;

beforeAll(async () => {
  sink = await FakeTarget.start(answer(204));
  await new Promise<void>((resolve) => mailServer.listen(0, '127.0.0.1', resolve));
  const { port } = mailServer.server.address() as AddressInfo;
  ({
    database,
    sql,
    apiKey,
    survivor: server,
  } = await startWorld({
    ...sendingTo(`smtp://127.0.0.1:${port}`),
    NOTIFICATION_TYPES_FILE: types.path,
    EMAIL_CONNECTIONS: '10',
    EMAIL_PER_SECOND: '10000',
  }));
});
afterAll(async () => {
  await endWorld({ database, sql, survivor: server });
  await new Promise<void>((resolve) => mailServer.close(() => resolve()));
  await sink.stop();
  types.remove();
});

async function addContacts(names: readonly string[]): Promise<void> {
  for (let from = 0; from < names.length; from += BATCH) {
    const users = names.slice(from, from + BATCH).map((name) => ({ id: name, email: `${name}@example.com` }));
    const { status } = await fetch(`${server.url}/v1/users`, {
      method: 'PUT',
      headers: { 'X-API-Key': apiKey, 'Content-Type': 'application/json' },
      body: JSON.stringify({ users }),
    });
    expect(status).toBe(200);
  }
}

const count = (where: string) => sql.number(`SELECT count(*) FROM carillon.deliveries WHERE ${where}`);

it('ten thousand digests that are due in one minute go out once each, and hold up nothing else', async () => {
  const names = Array.from({ length: USERS }, (_, at) => `user-${at}`);
  await addContacts(names);
  await subscribe(server.url, [WEBHOOK_USER], sink.url);
  for (const item of EACH) {
    const more = { type: 'comment' };
    expect((await postEvent(server.url, apiKey, `event ${item}`, names, undefined, more)).status).toBe(201);
  }
  await until(async () => (await count(`status = 'waiting'`)) === USERS * EACH.length, 500);
  expect(taken).toBe(0);
  const before = await server.memory();
  const began = performance.now();
  // The first of each user's is due within the minute, which decides when the others are sent.
  await sql.rows(
    `UPDATE carillon.deliveries SET due_at = now() + random() * interval '1 minute' WHERE status = 'waiting'`,
  );
  let most = before;
  let webhooks = 0;
  const besides: number[] = [];
  while (taken < USERS) {
    const posted = performance.now();
    await postEvent(server.url, apiKey, 'urgent', [WEBHOOK_USER], undefined, { type: 'urgent' });
    webhooks += 1;
    const sentBefore = taken;
    await until(() => sink.received.length >= webhooks, 10);
    // It did not wait for the end of the digests.
    if (sentBefore < USERS / 2) expect(taken).toBeLessThan(USERS);
    besides.push(performance.now() - posted);
    const memory = await server.memory();
    if (memory.used > most.used) most = memory;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  const took = performance.now() - began;
  await until(async () => (await count(`channel = 'email' AND status <> 'delivered'`)) === 0, 500);
  expect(taken).toBe(USERS);
  const wrong = [...mails].filter(([, got]) => got.length !== 1 || got[0]?.told.length !== EACH.length);
  expect([mails.size, wrong]).toEqual([USERS, []]);
  expect(most.used - before.used).toBeLessThan(MORE_MEMORY);
  report('ten thousand digests in one minute', {
    'the last was sent after': `${(took / 1_000).toFixed(1)} s`,
    webhooks,
    'a webhook meanwhile, at most': `${Math.round(Math.max(...besides))} ms`,
    memory: `${megabytes(before.used)} before, ${megabytes(most.used)} at most`,
  });
});
