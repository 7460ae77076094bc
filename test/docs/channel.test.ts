import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import jwt from 'jsonwebtoken';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../src/database/embedded/server-process.js';
import { FakeTarget } from '../outbound/support/targets.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { build, Program, temporaryFolder } from '../support/program.js';
import { blocksFor } from './support/blocks.js';
import { firstAnswer } from './support/first-answer.js';
import { installInto, writeBlock } from './support/typescript.js';

// It starts processes, several seconds each on a busy machine, and waits for the first repetition.
jest.setTimeout(180_000);

const SECRET = 'the secret that the shop signs tokens with';

const SHOP = `

import { NestFactory } from '@nestjs/core';
import { NotificationService } from 'carillon';
import { shop } from './shop.module.js';

class ShopModule {}
const app = await NestFactory.create({ module: ShopModule, imports: [shop] }, { logger: ['error'] });
const notifications = app.get(NotificationService);
app.getHttpAdapter().post('/ship', async (_request, response) => {
  const event = { type: 'order_shipped', userIds: ['rita', 'sam'], title: 'Your order is on its way' };
  response.send(await notifications.notify(event));
});
await app.listen(process.env.PORT);
`;

const folder = temporaryFolder();
let database: TestDatabase;
let provider: FakeTarget;
let shop: Program;
let url: string;
let apiKey: string;

/** The provider is away at first. */
const status = () => (provider.received.length === 1 ? 503 : 200);

beforeAll(async () => {
  build();
  database = await createEmptyDatabase();
  provider = await FakeTarget.start((_request, response) => void response.writeHead(status()).end());
  installInto(folder.path);
  for (const block of blocksFor('application')) await writeBlock(folder.path, block);
  writeFileSync(join(folder.path, 'shop.js'), SHOP);
  const port = await freePort();
  const environment = {
    DATABASE_URL: database.url,
    ENCRYPTION_KEY: 'the encryption key of the shop, long enough',
    JWT_SECRET: SECRET,
  };
  shop = Program.start(join(folder.path, 'shop.js'), [], folder.path, {
    ...environment,
    SMS_API: provider.url,
    PORT: String(port),
  });
  url = `http://127.0.0.1:${port}`;
  await firstAnswer(`${url}/v1/notifications`, {}, shop);
  const output = execFileSync(process.execPath, ['dist/src/cli/main.js', 'api-key', 'create', 'shop'], {
    env: { ...process.env, ...environment, NODE_ENV: 'production' },
  });
  apiKey = output.toString().trim().split('\n').at(-1) as string;
});

afterAll(async () => {
  await shop.end('SIGKILL');
  await provider.stop();
  await database.drop();
  folder.remove();
});

const rita = { Authorization: `Bearer ${jwt.sign({ sub: 'rita' }, SECRET)}` };

async function ship(): Promise<string> {
  const answer = await fetch(`${url}/ship`, { method: 'POST' });
  return ((await answer.json()) as { event: { id: string } }).event.id;
}

interface SmsReport {
  status: string;
  rule: string;
  deliveries: { id: string; status: string }[];
}

async function report(id: string): Promise<SmsReport[]> {
  const answer = await fetch(`${url}/v1/events/${id}`, { headers: { 'X-API-Key': apiKey } });
  return ((await answer.json()) as { recipients: { sms: SmsReport }[] }).recipients.map(({ sms }) => sms);
}

async function until(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 100));
}

it('has at most forty lines', () => {
  const block = blocksFor('application').find(({ code }) => code.startsWith('// sms.channel.ts'));
  expect(block?.code.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
});

it('is sent, repeated under one id, and reported', async () => {
  const id = await ship();
  await until(async () => (await report(id)).every(({ deliveries }) => deliveries[0]?.status !== 'queued'));
  const [toRita, toSam] = await report(id);
  expect(toRita).toMatchObject({ status: 'sent', rule: 'default', deliveries: [{ status: 'delivered' }] });
  expect(toSam).toMatchObject({ status: 'failed', rule: 'default', deliveries: [{ status: 'failed' }] });
  expect(provider.received.map(({ body }) => JSON.parse(body) as object)).toEqual([
    { to: '+15550100', text: 'Your order is on its way' },
    { to: '+15550100', text: 'Your order is on its way' },
  ]);
  expect(provider.received.map(({ headers }) => headers['idempotency-key'])).toEqual([
    toRita?.deliveries[0]?.id,
    toRita?.deliveries[0]?.id,
  ]);
});

it('is a column of preferences that can be turned off, for a type and as a whole', async () => {
  const preferences = `${url}/v1/preferences`;
  const before = (await (await fetch(preferences, { headers: rita })).json()) as {
    channels: object;
    types: Record<string, object>;
  };
  expect(before.channels).toMatchObject({ sms: null });
  expect(before.types).toMatchObject({ order_shipped: { sms: true }, job_failed: { sms: false } });
  await fetch(preferences, {
    method: 'PATCH',
    headers: { ...rita, 'Content-Type': 'application/json' },
    body: JSON.stringify({ channels: { sms: false } }),
  });
  const [toRita] = await report(await ship());
  expect(toRita).toEqual({ status: 'muted', reason: null, rule: 'preference', deliveries: [] });
});

it('is in the catalogue', async () => {
  const types = await (await fetch(`${url}/v1/notification-types`, { headers: rita })).json();
  expect(types).toMatchObject({
    channels: expect.arrayContaining([{ key: 'sms', label: 'SMS', available: true }]),
  });
});
