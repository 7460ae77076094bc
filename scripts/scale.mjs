// Measures one, two and four server processes on one database: `node scripts/scale.mjs`, after a build. Prints the
// table of docs/scaling.md. The database, the processes and the load share this machine's cores.
import { spawn } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import jwt from 'jsonwebtoken';
import pg from 'pg';
import { Agent } from 'undici';
import { startEmbedded } from '../dist/src/database/embedded/embedded.js';

const SECRET = 'a secret for measurements, of 32 characters and more';
const SECONDS = 3;
/** The best of so many: a machine with other work to do gives some rounds less than others. */
const ROUNDS = 4;
const CALLERS = 32;
const USERS = 200;

const data = mkdtempSync(join(tmpdir(), 'carillon-scale-'));
const database = await startEmbedded(data);
const token = (user) => jwt.sign({ sub: user }, SECRET, { expiresIn: '1h' });
const tokens = Array.from({ length: USERS }, (_, at) => token(`user ${at}`));
const key = `crl_${randomBytes(32).toString('base64url')}`;

async function startServer() {
  const child = spawn(process.execPath, ['dist/src/main.js'], {
    env: {
      ...process.env,
      NODE_ENV: 'production',
      PORT: '0',
      DATABASE_URL: database.url,
      JWT_SECRET: SECRET,
      ENCRYPTION_KEY: SECRET,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  const url = await new Promise((resolve) => {
    child.stdout.on('data', (chunk) => {
      said += chunk;
      const found = /listens on (\S+)/.exec(said);
      if (found) resolve(found[1]);
    });
  });
  return { url, stop: () => (child.kill('SIGTERM'), once(child, 'exit')) };
}

/** Requests a second of `CALLERS` callers, each waiting for its answer, spread over all processes. */
async function measure(servers, request) {
  const agent = new Agent({ connections: CALLERS });
  let done = 0;
  let at = 0;
  const end = performance.now() + SECONDS * 1_000;
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      while (performance.now() < end) {
        const { url } = servers[(at += 1) % servers.length];
        const { statusCode, body } = await agent.request({ origin: url, ...request(at) });
        await body.dump();
        if (statusCode >= 300) throw new Error(`answered ${statusCode}`);
        done += 1;
      }
    }),
  );
  await agent.close();
  return Math.round(done / SECONDS);
}

const notify = (at) => ({
  path: '/v1/events',
  method: 'POST',
  headers: { 'x-api-key': key, 'content-type': 'application/json' },
  body: JSON.stringify({ type: 'job_failed', user_ids: [`user ${at % USERS}`], title: 'T', body: 'B' }),
});
const list = (at) => ({
  path: '/v1/notifications?limit=50',
  method: 'GET',
  headers: { authorization: `Bearer ${tokens[at % USERS]}` },
});

const first = await startServer();
const client = new pg.Client({ connectionString: database.url });
await client.connect();
await client.query(
  `INSERT INTO carillon.api_keys (id, name, hint, hash, created_at) VALUES ($1, 'scale', 'crl_', $2, now())`,
  [randomUUID(), createHash('sha256').update(key).digest()],
);
await client.end();

const servers = [first];
const rows = [];
// Once unmeasured, so that every user has a full page and every process is warm.
await measure(servers, notify);
for (const count of [1, 2, 4]) {
  while (servers.length < count) servers.push(await startServer());
  await measure(servers, list);
  const lists = [];
  const events = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    lists.push(await measure(servers, list));
    events.push(await measure(servers, notify));
  }
  rows.push([count, Math.max(...lists), Math.max(...events)]);
}
console.log(`${cpus().length} cores, ${CALLERS} callers\n`);
console.log('| processes | lists of 50 a second | events a second |');
console.log('| --------- | -------------------- | --------------- |');
for (const [count, lists, events] of rows) {
  console.log(`| ${count}         | ${String(lists).padEnd(20)} | ${String(events).padEnd(15)} |`);
}

for (const server of servers) await server.stop();
await database.release();
rmSync(data, { recursive: true, force: true });
