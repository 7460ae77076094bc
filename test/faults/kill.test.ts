import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clusterUrl } from '../../src/database/embedded/cluster.js';
import { recordedPort } from '../../src/database/embedded/server-process.js';
import { findHome } from '../../src/database/embedded/home.js';
import { createEmptyDatabase } from '../support/database.js';
import { connect } from '../support/sql.js';
import { watchFolder } from '../support/watch.js';
import { answer, FakeTarget } from '../outbound/support/targets.js';
import { subscribe } from './support/api.js';
import { checkDeliveries, checkLoad } from './support/check.js';
import { Load } from './support/load.js';
import { seeded } from '../support/random.js';
import { report } from './support/report.js';
import { createApiKey, Server } from './support/server.js';

const USERS = Array.from({ length: 20 }, (_, number) => `user_${number}`);
/** Those that have a webhook endpoint. */
const SUBSCRIBERS = USERS.slice(0, 5);

let sink: FakeTarget;
beforeAll(async () => (sink = await FakeTarget.start(answer(204))));
afterAll(() => sink.stop());

/** Starts and kills servers under load. */
class Victim {
  /** Where the present one listens; undefined while it starts. */
  url: string | undefined;
  slowestStartMs = 0;
  killedEarly = 0;

  private constructor(
    private server: Server,
    private readonly environment: Record<string, string>,
  ) {
    this.url = server.url;
  }

  static async start(environment: Record<string, string>): Promise<Victim> {
    return new Victim(await Server.start(environment), environment);
  }

  async killRepeatedly(rounds: number, seed: number): Promise<void> {
    const random = seeded(seed);
    for (let round = 0; round < rounds; round += 1) {
      // A third of them while they still start.
      const early = random() < 0.33;
      if (!early) this.url = await this.listening();
      await sleep(random() * 800);
      this.killedEarly += this.server.url === undefined ? 1 : 0;
      this.url = undefined;
      await this.server.kill();
      this.server = Server.spawn(this.environment);
    }
    this.url = await this.listening();
  }

  end(signal: NodeJS.Signals): Promise<number | null> {
    return this.server.end(signal);
  }

  private async listening(): Promise<string> {
    const url = await this.server.listening();
    this.slowestStartMs = Math.max(
      this.slowestStartMs,
      Math.round(performance.now() - this.server.spawnedAt),
    );
    return url;
  }
}

async function survive(
  victim: Victim,
  databaseUrl: string,
  { rounds, seed }: { rounds: number; seed: number },
): Promise<void> {
  const apiKey = await createApiKey(databaseUrl);
  await subscribe(victim.url as string, SUBSCRIBERS, sink.url);
  const load = new Load({ url: () => victim.url, apiKey, users: USERS, seed, pauseMs: 20 });
  const sql = await connect(databaseUrl);
  try {
    load.start();
    await victim.killRepeatedly(rounds, seed);
    await load.stop();
    const kept = await checkLoad(sql, victim.url as string, load);
    const sent = await checkDeliveries(sql, sink, SUBSCRIBERS);
    report(`kill -9, ${rounds} rounds`, {
      ...kept,
      ...sent,
      'killed while they started': victim.killedEarly,
      'slowest start in ms': victim.slowestStartMs,
      answers: JSON.stringify(Object.fromEntries(load.answers)),
    });
    expect(kept.acknowledged).toBeGreaterThan(rounds);
  } finally {
    load.abandon();
    await sql.end();
  }
}

describe('kill -9 of the server under load', () => {
  beforeEach(() => void sink.received.splice(0));

  it('loses and doubles nothing in fifty rounds on one database', async () => {
    const database = await createEmptyDatabase();
    const victim = await Victim.start({ DATABASE_URL: database.url });
    try {
      await survive(victim, database.url, { rounds: 50, seed: 4711 });
    } finally {
      await victim.end('SIGKILL');
      await database.drop();
    }
  }, 400_000);

  it('loses and doubles nothing with the embedded database, which the next server joins', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'carillon-faults-'));
    chmodSync(dataDir, 0o755);
    const watch = watchFolder(dataDir);
    const victim = await Victim.start({ CARILLON_DATA_DIR: dataDir });
    try {
      const home = findHome(dataDir, dataDir);
      await survive(victim, clusterUrl(home, recordedPort(home) ?? 0), { rounds: 5, seed: 4712 });
      // The end of the last server is the end of its database too.
      expect(await victim.end('SIGTERM')).toBe(0);
    } finally {
      await victim.end('SIGKILL');
      watch.stdin?.end();
    }
  });
});
