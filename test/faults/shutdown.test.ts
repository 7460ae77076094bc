import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbedded } from '../../src/database/embedded/embedded.js';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Proxy } from './support/proxy.js';
import { createApiKey, Server, tokenOf } from './support/server.js';

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
});
