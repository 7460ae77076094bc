import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbedded } from '../../src/database/embedded/embedded.js';
import { findHome, SYSTEM_FOLDER } from '../../src/database/embedded/home.js';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answering, startBadServer } from '../channels/email/support/mail-server.js';
import { hang, PushService } from '../channels/push/support/push-service.js';
import { asUser, postEvent, putContact } from './support/api.js';
import { Proxy } from './support/proxy.js';
import { createApiKey, sendingTo, Server, tokenOf } from './support/server.js';
import { until } from './support/wait.js';

/** A silent connection is given up after 35 s: an end that waited for it would come later than this. */
const TOO_LATE_MS = 20_000;

describe('SIGTERM', () => {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-shutdown-'));
  let database: Awaited<ReturnType<typeof startEmbedded>>;
  beforeAll(async () => {
    database = await startEmbedded(folder);
  });
  afterAll(async () => {
    await database.release();
    rmSync(folder, { recursive: true, force: true });
  });

  it('ends the process although the database says nothing, with requests, a stream and work under way', async () => {
    const proxy = await Proxy.start(database.url);
    const server = await Server.start({ DATABASE_URL: proxy.url });
    try {
      const headers = { Authorization: `Bearer ${tokenOf('anna')}` };
      const stream = await fetch(`${server.url}/v1/notifications/stream`, { headers });
      expect(stream.status).toBe(200);
      const key = await createApiKey(database.url);
      const event = { type: 'job_failed', user_ids: ['anna'], title: 'T' };
      const post = () =>
        fetch(`${server.url}/v1/events`, {
          method: 'POST',
          headers: { 'X-API-Key': key, 'Content-Type': 'application/json' },
          body: JSON.stringify(event),
        });
      expect((await post()).status).toBe(201);
      proxy.silence();
      const hanging = [post(), fetch(`${server.url}/v1/notifications`, { headers })].map((request) =>
        request.then(
          () => 'answered',
          () => 'cut',
        ),
      );
      await sleep(1_000);
      const ended = await Promise.race([
        server.end('SIGTERM'),
        sleep(TOO_LATE_MS, 'too late', { ref: false }),
      ]);
      expect(ended).toBe(0);
      await Promise.all(hanging);
    } finally {
      await server.kill();
      await proxy.stop();
    }
  });

  it('ends the process although the mail server and the push service say nothing, each with its request', async () => {
    const mailServer = await startBadServer(answering({ END: null }));
    const pushService = await PushService.start(hang);
    const server = await Server.start({ DATABASE_URL: database.url, ...sendingTo(mailServer.url) });
    try {
      const key = await createApiKey(database.url, 'sending');
      await putContact(server.url, key, 'bea', { email: 'bea@example.com' });
      const { subscription } = pushService.browser();
      await asUser(server.url, 'bea', 'POST', '/v1/push/subscriptions', { subscription });
      const types = { job_failed: { email: true, push: true } };
      await asUser(server.url, 'bea', 'PATCH', '/v1/preferences', { types });
      expect((await postEvent(server.url, key, 'T', ['bea'])).status).toBe(201);
      await until(() => mailServer.connections() > 0 && pushService.received.length > 0);
      const ended = await Promise.race([
        server.end('SIGTERM'),
        sleep(TOO_LATE_MS, 'too late', { ref: false }),
      ]);
      expect(ended).toBe(0);
    } finally {
      await server.kill();
      await mailServer.stop();
      await pushService.stop();
    }
  });

  /** SIGTERM while it starts. @returns the exit code, or that it came too late */
  async function endOfStart(environment: Record<string, string>): Promise<unknown> {
    const server = Server.spawn(environment);
    try {
      await once(server.child, 'message');
      // Long enough to meet the database, which is what it waits for then.
      await sleep(3_000);
      expect(server.url).toBeUndefined();
      expect(server.alive).toBe(true);
      return await Promise.race([server.end('SIGTERM'), sleep(TOO_LATE_MS, 'too late', { ref: false })]);
    } finally {
      await server.kill();
    }
  }

  it('ends a start that waits for a database which says nothing', async () => {
    const proxy = await Proxy.start(database.url);
    // The first thing that a connection sends has this word in it.
    proxy.breakOn('database', 'silent');
    expect(await endOfStart({ DATABASE_URL: proxy.url })).toBe(0);
    await proxy.stop();
  });

  it('ends a start that waits for an embedded database which says nothing', async () => {
    const file = join(findHome(folder, SYSTEM_FOLDER).cluster, 'postmaster.pid');
    const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
    process.kill(pid, 'SIGSTOP');
    try {
      expect(await endOfStart({ CARILLON_DATA_DIR: folder })).toBe(0);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });
});
