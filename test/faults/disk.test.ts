import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterUrl } from '../../src/database/embedded/cluster.js';
import { recordedPort } from '../../src/database/embedded/server-process.js';
import { findHome } from '../../src/database/embedded/home.js';
import { connect } from '../support/sql.js';
import { asUser, postEvent } from './support/api.js';
import { checkCounts, checkMemory } from './support/check.js';
import { report } from './support/report.js';
import { createApiKey, Server } from './support/server.js';
import { until } from './support/wait.js';

const MEGABYTE = 1024 * 1024;
/** Room for an empty database and some of its log. */
const DISK_MB = 320;

const disk = mkdtempSync(join(tmpdir(), 'carillon-disk-'));
const refusal = mount();

/** A small disk in memory. @returns why there can be none */
function mount(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can mount a small disk';
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m,mode=755`, 'tmpfs', disk], {
      stdio: 'ignore',
    });
    return undefined;
  } catch {
    return 'mount is not allowed here';
  }
}

const describeWhere = refusal ? describe.skip : describe;

describeWhere(`a full disk${refusal ? ` (not tested: ${refusal})` : ''}`, () => {
  let server: Server & { url: string };
  /** The same, whether or not it has come to listen. */
  let spawned: Server | undefined;
  beforeAll(async () => {
    spawned = Server.spawn({ CARILLON_DATA_DIR: join(disk, 'data') });
    await spawned.listening();
    server = spawned as Server & { url: string };
  });
  afterAll(async () => {
    try {
      await spawned?.end('SIGTERM');
    } finally {
      execFileSync('umount', ['-l', disk]);
      rmSync(disk, { recursive: true, force: true });
    }
  });

  it('makes writes answer 503; when there is room again everything goes on, with all that was acknowledged', async () => {
    const home = findHome(join(disk, 'data'), disk);
    const databaseUrl = clusterUrl(home, recordedPort(home) ?? 0);
    const apiKey = await createApiKey(databaseUrl);
    const acknowledged: string[] = [];
    const answers = new Map<number, number>();
    const readAnswers = new Map<number, number>();
    let number = 0;
    const write = async (): Promise<number> => {
      const title = `event ${(number += 1)}`;
      const users = Array.from({ length: 50 }, (_, user) => `user_${user}`);
      const { status, headers } = await postEvent(server.url, apiKey, title, users, title);
      answers.set(status, (answers.get(status) ?? 0) + 1);
      if (status === 201) acknowledged.push(title);
      else expect([status, headers.has('Retry-After')]).toEqual([503, true]);
      return status;
    };
    const read = async (): Promise<void> => {
      const { status } = await asUser(server.url, 'user_1', 'GET', '/v1/notifications');
      readAnswers.set(status, (readAnswers.get(status) ?? 0) + 1);
    };
    expect(await write()).toBe(201);
    const memory = (await server.memory()).used;

    const filler = join(disk, 'filler');
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - 3 * MEGABYTE)));
    await until(async () => {
      await read();
      return (await write()) === 503;
    }, 0);
    for (let round = 0; round < 20; round += 1) {
      await write();
      await read();
      expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    }
    expect([...readAnswers.keys()].filter((status) => status !== 200 && status !== 503)).toEqual([]);

    rmSync(filler);
    const began = performance.now();
    await until(async () => (await write()) === 201, 200);
    const recoveredMs = Math.round(performance.now() - began);
    const sql = await connect(databaseUrl);
    const stored = await sql.rows<{ title: string; copies: string }>(
      'SELECT title, count(*) AS copies FROM carillon.notifications GROUP BY title',
    );
    const copies = new Map(stored.map((row) => [row.title, Number(row.copies)]));
    expect(acknowledged.filter((title) => copies.get(title) !== 50)).toEqual([]);
    expect([...copies.values()].filter((count) => count !== 50)).toEqual([]);
    await checkCounts(sql, server.url);
    await sql.end();
    report('full disk', {
      acknowledged: acknowledged.length,
      writes: JSON.stringify(Object.fromEntries(answers)),
      reads: JSON.stringify(Object.fromEntries(readAnswers)),
      'writes again after': `${recoveredMs} ms`,
      ...(await checkMemory(server, memory)),
    });
  });
});
