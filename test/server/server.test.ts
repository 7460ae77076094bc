import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { connect as connectSocket, type Socket } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../src/database/embedded/server-process.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { build, Program, temporaryFolder, type Environment } from '../support/program.js';

// Whole processes are started and stopped here, a second or two each, and more on a busy machine.
jest.setTimeout(120_000);

const folder = temporaryFolder();
const dataDir = join(folder.path, 'data');
const programs: Program[] = [];
let database: TestDatabase;

beforeAll(async () => {
  build();
  database = await createTestDatabase();
});

afterEach(async () => {
  // A failed test must not leave a server behind.
  for (const { child } of programs)
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
  await Promise.all(programs.map(({ exited }) => exited));
  programs.length = 0;
});

afterAll(async () => {
  folder.remove();
  await database.drop();
});

/** Starts the server; on the embedded database of the test's folder, unless told otherwise. */
function launch(environment: Environment = {}): Program {
  const program = Program.start('main.js', [], folder.path, {
    PORT: '0',
    CARILLON_DATA_DIR: dataDir,
    ...environment,
  });
  programs.push(program);
  return program;
}

async function start(environment: Environment = {}): Promise<{ program: Program; url: string }> {
  const program = launch(environment);
  const [, url = ''] = await program.said(/listens on (http:\/\/127\.0\.0\.1:\d+)/);
  return { program, url };
}

/** A start that must fail, and what it says. */
async function refusal(environment: Environment): Promise<string> {
  const program = launch(environment);
  expect(await program.exited).toBe(1);
  // A reason for a person, not a stack.
  expect(program.stderr).not.toMatch(/^\s+at /m);
  return program.stderr;
}

async function command(...args: string[]): Promise<string> {
  const program = Program.start('cli/main.js', args, folder.path, { CARILLON_DATA_DIR: dataDir });
  expect({ code: await program.exited, stderr: program.stderr }).toMatchObject({ code: 0 });
  return program.stdout.trim().split('\n').at(-1) ?? '';
}

async function json(
  url: string,
  options: RequestInit & { headers: Record<string, string> },
): Promise<unknown> {
  const response = await fetch(url, {
    ...options,
    headers: { 'Content-Type': 'application/json', ...options.headers },
  });
  return { status: response.status, ...((await response.json()) as object) };
}

const post = (url: string, key: string, title: string) =>
  json(`${url}/v1/events`, {
    method: 'POST',
    headers: { 'X-API-Key': key },
    body: JSON.stringify({ type: 'job_failed', user_ids: ['anna'], title }),
  });

const titles = async (url: string, token: string) => {
  const answer = await json(`${url}/v1/notifications`, { headers: { Authorization: `Bearer ${token}` } });
  return (answer as { notifications?: { title: string }[] }).notifications?.map(({ title }) => title);
};

describe('a signal while it starts', () => {
  /** What PostgreSQL says of itself, while it runs. */
  function pidFile(data: string): string | undefined {
    const file = join(data, 'postgres', 'postmaster.pid');
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  }

  it.each<[string, NodeJS.Signals, (data: string) => boolean]>([
    ['the database is made', 'SIGTERM', (data) => readdirSync(data).some((name) => name.includes('.new-'))],
    ['the database starts', 'SIGINT', (data) => pidFile(data) !== undefined],
    ['the tables are made', 'SIGHUP', (data) => pidFile(data)?.includes('ready') === true],
  ])('ends it, and the database with it: %s', async (_, signal, reached) => {
    // This process may be kept waiting just when there is something to see: then it is too late, and tried again.
    let inTime = false;
    let data = '';
    for (let tries = 0; tries < 5 && !inTime; tries += 1) {
      data = mkdtempSync(join(folder.path, 'starting-'));
      const program = launch({ CARILLON_DATA_DIR: data });
      const started = () => program.stdout.includes('listens on');
      while (!reached(data) && !started() && program.child.exitCode === null)
        await new Promise((done) => setTimeout(done, 5));
      expect(await program.end(signal)).toBe(0);
      expect(program.stderr).toBe('');
      inTime = !started();
    }
    expect(inTime).toBe(true);
    expect(pidFile(data)).toBeUndefined();
    expect(readdirSync(data).filter((name) => name.includes('.new-'))).toEqual([]);
  });
});

describe('on its embedded database', () => {
  let key: string;
  let token: string;

  it('starts with nothing set up, and takes an event to its user’s list', async () => {
    const { program, url } = await start();
    expect(program.stdout.match(/listens on/g)).toHaveLength(1);
    expect(program.stdout).toContain(`docs: ${url}/docs`);
    expect((await fetch(`${url}/docs`)).status).toBe(200);
    key = await command('api-key', 'create', 'shop');
    token = await command('token', 'anna');
    expect(await post(url, key, 'first')).toMatchObject({ status: 201, recipients: 1 });
    expect(await titles(url, token)).toEqual(['first']);

    // Another one on the same folder is told so, and takes nothing away from this one.
    expect(await refusal({})).toContain(`Another Carillon server already runs on the data folder ${dataDir}`);
    const port = new URL(url).port;
    expect(await refusal({ PORT: port, DATABASE_URL: database.url })).toContain(
      `Cannot listen on 127.0.0.1:${port}: the port is in use`,
    );
    expect(await titles(url, token)).toEqual(['first']);

    // What was acknowledged is there after a kill -9, with the same secret and the same keys.
    expect(await post(url, key, 'second')).toMatchObject({ status: 201 });
    expect(await program.end('SIGKILL')).toBeNull();
    const again = await start();
    expect(await titles(again.url, token)).toEqual(['second', 'first']);
    expect(await post(again.url, key, 'third')).toMatchObject({ status: 201 });

    expect(await again.program.end('SIGTERM')).toBe(0);
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
  });

  it('has everything after an ordinary stop, and tells that the secrets are its own', async () => {
    const { program, url } = await start();
    expect(await titles(url, token)).toEqual(['third', 'second', 'first']);
    expect(program.stdout).toMatch(/JWT_SECRET is not set: development mode uses the one that it made/);
    expect(await program.end('SIGINT')).toBe(0);
  });
});

describe('SIGTERM', () => {
  const SECRET = 'a secret for this test, of 32 characters and more';
  const sockets: Socket[] = [];
  let target: Server;
  let targetUrl: string;
  let reached: () => void = () => undefined;

  beforeAll(async () => {
    // A webhook target that takes the request and never answers.
    target = createServer((socket) => {
      sockets.push(socket);
      reached();
    });
    await new Promise<void>((done) => target.listen(0, '127.0.0.1', done));
    targetUrl = `http://127.0.0.1:${(target.address() as AddressInfo).port}/`;
  });

  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    target.close();
  });

  /** Opens a request by hand: its head and a part of its body. @returns when the server has begun with it */
  async function half(url: string, key: string, body: string, sent: number): Promise<Socket> {
    const { port } = new URL(url);
    const socket = connectSocket(Number(port), '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.write(
      `POST /v1/events HTTP/1.1\r\nHost: x\r\nX-API-Key: ${key}\r\nContent-Type: application/json\r\n` +
        `Expect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    const [begun] = (await once(socket, 'data')) as [Buffer];
    expect(String(begun)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    socket.write(body.slice(0, sent));
    return socket;
  }

  const text = async (socket: Socket) => {
    let received = '';
    for await (const chunk of socket) received += String(chunk);
    return received;
  };

  /** Stops a server in the middle of everything. @returns the milliseconds from the signal to its end */
  async function stopBusy(): Promise<number> {
    const environment = {
      DATABASE_URL: database.url,
      JWT_SECRET: SECRET,
      WEBHOOKS_ALLOW_NETWORKS: '127.0.0.0/8',
    };
    const { program, url } = await start(environment);
    const run = async (...args: string[]) => {
      const cli = Program.start('cli/main.js', args, folder.path, {
        CARILLON_DATA_DIR: dataDir,
        ...environment,
      });
      await cli.exited;
      return cli.stdout.trim();
    };
    const [key, token] = await Promise.all([run('api-key', 'create', 'shop'), run('token', 'anna')]);
    const headers = { Authorization: `Bearer ${token}` };

    const stream = await fetch(`${url}/v1/notifications/stream`, { headers });
    const endpoint = { name: 'hangs', kind: 'generic', url: targetUrl, events: '*' };
    await json(`${url}/v1/webhooks`, { method: 'POST', headers, body: JSON.stringify(endpoint) });
    const attempted = new Promise<void>((done) => (reached = done));
    await post(url, key, 'to a target that hangs');
    await attempted;

    const body = JSON.stringify({ type: 'job_failed', user_ids: ['anna'], title: 'half sent at the end' });
    const finishing = await half(url, key, body, 20);
    const hanging = await half(url, key, body, 20);
    const answer = text(finishing);
    void text(hanging);

    const signalled = performance.now();
    const stopped = program.end('SIGTERM');
    finishing.write(body.slice(20));
    expect(await answer).toMatch(/^HTTP\/1\.1 201 /);
    expect(await stopped).toBe(0);
    const took = performance.now() - signalled;
    // The stream ended with the server; a browser comes back by itself.
    await stream.text().catch(() => undefined);
    return took;
  }

  it('lets what runs end, and ends within ten seconds whatever hangs', async () => {
    // The best of three: the machine may be busy with something else.
    let best = Infinity;
    for (let tries = 0; tries < 3 && best >= 10_000; tries += 1) best = Math.min(best, await stopBusy());
    expect(best).toBeLessThan(10_000);
  });
});

it('starts, answers and stops as ever when nobody reads its log any more', async () => {
  const PORT = String(await freePort());
  const program = launch({ PORT, DATABASE_URL: database.url });
  program.child.stdout?.destroy();
  const answers = () =>
    fetch(`http://127.0.0.1:${PORT}/health/live`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (program.child.exitCode === null && !(await answers()))
    await new Promise((done) => setTimeout(done, 50));
  expect(await program.end('SIGTERM')).toBe(0);
  expect(program.stderr).toBe('');
});

describe('a start that cannot be', () => {
  const nowhere = { CARILLON_DATA_DIR: join(folder.path, 'nowhere') };

  it('names everything that is wrong at once, from the environment and from .env, and touches nothing', async () => {
    const file = join(folder.path, '.env');
    writeFileSync(file, 'CLEANUP_AFTER_DAYS=soon\nLOG_LEVEL=loud\n');
    try {
      const said = await refusal({ ...nowhere, PORT: 'x', LOG_LEVEL: 'debug', ALLOWED_ORIGINS: '*' });
      expect(said).toMatch(/PORT: .*\n.*ALLOWED_ORIGINS: .*\n.*CLEANUP_AFTER_DAYS: /);
      expect(said).not.toContain('LOG_LEVEL');
    } finally {
      writeFileSync(file, '');
    }
    expect(existsSync(nowhere.CARILLON_DATA_DIR)).toBe(false);
  });

  it('is one in production with a misspelt variable, of which development is warned', async () => {
    const environment = { ...nowhere, DATBASE_URL: 'postgres://me:hunter2@db/x' };
    const said = await refusal({ ...environment, NODE_ENV: 'production' });
    expect(said).toContain('DATBASE_URL: is not known. Did you mean DATABASE_URL?');
    expect(said).not.toContain('hunter2');
    expect(existsSync(nowhere.CARILLON_DATA_DIR)).toBe(false);
    const { program } = await start({ DATABASE_ULR: 'postgres://me:hunter2@db/x' });
    expect(program.stdout + program.stderr).toContain(
      'DATABASE_ULR: is not known. Did you mean DATABASE_URL?',
    );
  });

  it('is one in production without secrets', async () => {
    const said = await refusal({ ...nowhere, NODE_ENV: 'production' });
    expect(said).toContain('JWT_SECRET or JWT_JWKS_URL: one of them is required in production');
    expect(said).toContain('ENCRYPTION_KEY: is required in production');
    expect(existsSync(nowhere.CARILLON_DATA_DIR)).toBe(false);
  });

  it('says that the data folder cannot be used, whatever would be the first to be kept there', async () => {
    const file = join(folder.path, 'a file');
    writeFileSync(file, '');
    const secrets = { JWT_SECRET: 'x'.repeat(32), ENCRYPTION_KEY: 'x'.repeat(32) };
    const environments: Environment[] = [{}, secrets, { DATABASE_URL: database.url }];
    for (const environment of environments) {
      const said = await refusal({ ...environment, CARILLON_DATA_DIR: file });
      expect(said).toContain(`Cannot write to the data folder ${file}`);
    }
  });

  it('says that the database cannot be reached, without its password', async () => {
    const said = await refusal({ DATABASE_URL: 'postgres://me:hunter2@127.0.0.1:1/app' });
    expect(said).toContain('Cannot reach PostgreSQL at 127.0.0.1:1 (ECONNREFUSED)');
    expect(said).not.toContain('hunter2');
  });

  it('names what is wrong in the file of types, and the contracts that collide, beside the rest', async () => {
    const file = join(folder.path, 'types.json');
    writeFileSync(file, '[{ "key": "Not A Key", "description": "x", "levle": "info" }]');
    const said = await refusal({
      ...nowhere,
      NOTIFICATION_TYPES_FILE: file,
      ACCOUNT_BASE_PATH: '/api',
      PORT: 'x',
    });
    expect(said).toMatch(/ - PORT: /);
    expect(said).toMatch(/ - NOTIFICATION_TYPES_FILE: .*types\.json: \[0\]\.levle: .*\[0\]\.key: /);
    expect(said).toMatch(/ - The contracts workspace .* and account /);
    expect(existsSync(nowhere.CARILLON_DATA_DIR)).toBe(false);
  });
});

it('logs lines of JSON in production, with nothing secret and no text of a notification', async () => {
  const secrets = {
    JWT_SECRET: 'the secret of the tokens, long enough',
    ENCRYPTION_KEY: 'the key of what is at rest, long',
  };
  const environment = { NODE_ENV: 'production', LOG_LEVEL: 'debug', DATABASE_URL: database.url, ...secrets };
  const { program, url } = await start(environment);
  const cli = Program.start('cli/main.js', ['api-key', 'create', 'prod'], folder.path, environment);
  await cli.exited;
  const key = cli.stdout.trim();
  expect(await post(url, key, 'confidential')).toMatchObject({ status: 201 });
  expect(await post(url, key, '')).toMatchObject({ status: 400 });
  expect(await program.end('SIGTERM')).toBe(0);
  const lines = program.stdout.trim().split('\n');
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ level: expect.any(String) });
  const output = program.stdout + program.stderr;
  for (const secret of [...Object.values(secrets), key, 'confidential', new URL(database.url).password]) {
    expect(output).not.toContain(secret);
  }
});
