import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { join } from 'node:path';
import { freePort } from '../../src/database/embedded/server-process.js';
import { startApp, type TestApp } from '../support/app.js';
import { build, Program, temporaryFolder } from '../support/program.js';
import { blocksFor } from './support/blocks.js';
import { firstAnswer } from './support/first-answer.js';
import { installInto, writeBlock } from './support/typescript.js';

jest.setTimeout(120_000);

const folder = temporaryFolder();
let app: TestApp;
let receiver: Program | undefined;

beforeAll(async () => {
  build();
  app = await startApp({ webhooks: { allowNetworks: ['127.0.0.0/8'] } });
});
afterAll(async () => {
  await receiver?.end('SIGKILL');
  await app.close();
  folder.remove();
});

it('the receiver of the guide takes what is signed, once, and nothing else', async () => {
  installInto(folder.path);
  for (const block of blocksFor('receiver')) await writeBlock(folder.path, block);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const endpoint = { name: 'My service', kind: 'generic', url, events: ['job.failed'] };
  const { body } = await app.as('alice').post('/v1/webhooks').send(endpoint).expect(201);
  const { secret } = (body as { webhook: { secret: string } }).webhook;
  receiver = Program.start(join(folder.path, 'receiver.js'), [], folder.path, {
    WEBHOOK_SECRET: secret,
    PORT: String(port),
  });
  expect((await firstAnswer(url, {}, receiver)).status).toBe(401);
  await app.post({ type: 'job_failed', user_ids: ['alice'], title: 'The nightly import failed' });
  await receiver.said(/^job\.failed for alice: The nightly import failed$/m);
});
