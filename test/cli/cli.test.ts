import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import jwt, { type JwtPayload } from 'jsonwebtoken';
import { readEnvironment } from '../../src/config/environment.js';
import { notifyCommand } from '../../src/cli/notify.command.js';
import { startApp, type TestApp } from '../support/app.js';
import { createEmptyDatabase } from '../support/database.js';
import { build, Program, temporaryFolder, type Environment } from '../support/program.js';
import { connect, type Sql } from '../support/sql.js';
import { callsOf, pretendCitus } from '../scaling/citus-stubs.js';

// Whole processes are started and stopped here, a second or two each, and more on a busy machine.
jest.setTimeout(120_000);

const folder = temporaryFolder();
let t: TestApp;
let sql: Sql;

beforeAll(async () => {
  build();
  t = await startApp();
  sql = await connect(t.databaseUrl);
  // The first command of all makes the secrets of development mode, and says so.
  await succeed(['api-key', 'list']);
});

afterAll(async () => {
  folder.remove();
  await sql.end();
  await t.close();
});

interface Outcome {
  code: number | null;
  /** What a script would read. */
  stdout: string;
  stderr: string;
}

/** Runs a command; on the database of the running application, unless told otherwise. */
async function run(
  args: string[],
  environment: Environment = { DATABASE_URL: t.databaseUrl },
): Promise<Outcome> {
  const data = { CARILLON_DATA_DIR: join(folder.path, 'data') };
  const program = Program.start('cli/main.js', args, folder.path, { ...data, ...environment });
  const code = await program.exited;
  return { code, stdout: program.stdout, stderr: program.stderr };
}

async function succeed(args: string[], environment?: Environment): Promise<string> {
  const outcome = await run(args, environment);
  expect(outcome).toMatchObject({ code: 0 });
  return outcome.stdout;
}

/** What a failed command says: one line for a person, and nothing that a script would take for an answer. */
async function fail(args: string[], environment?: Environment): Promise<string> {
  const { code, stdout, stderr } = await run(args, environment);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).not.toMatch(/^\s+at /m);
  return stderr;
}

const HOUR = 3_600_000;

/** A time from now on, as flags take it. */
const at = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();

const KEY = /^crl_[\w-]{43}\n$/;
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+\n$/;

describe('while no server runs', () => {
  const environment = { CARILLON_DATA_DIR: join(folder.path, 'alone') };
  const pidFile = join(environment.CARILLON_DATA_DIR, 'postgres', 'postmaster.pid');

  it('the commands start the database, and stop it again', async () => {
    expect(await succeed(['api-key', 'create', 'shop'], environment)).toMatch(KEY);
    expect(existsSync(pidFile)).toBe(false);

    const sent = await succeed(
      ['notify', 'job_failed', 'anna', 'ben', 'anna', '--title', 'By hand'],
      environment,
    );
    expect(sent).toMatch(/^Sent event [0-9a-f-]{36} to 2 users\.\n$/);

    // An address of a database that runs, for psql.
    const url = (await succeed(['database-url'], environment)).trim();
    const embedded = await connect(url);
    try {
      expect(
        await embedded.rows('SELECT user_id, title FROM carillon.notifications ORDER BY user_id'),
      ).toEqual([
        { user_id: 'anna', title: 'By hand' },
        { user_id: 'ben', title: 'By hand' },
      ]);
      expect(await embedded.number('SELECT count(*) FROM carillon.api_keys')).toBe(1);
    } finally {
      await embedded.end();
    }
    expect(await succeed(['cleanup', '--dry-run'], environment)).toMatch(
      /^would remove 0 notifications in the trash, /,
    );
    expect(existsSync(pidFile)).toBe(false);
  });
});

describe('token', () => {
  it('prints a JWT that the server takes and nothing else, without a database', async () => {
    const environment = {
      CARILLON_DATA_DIR: join(folder.path, 'tokens'),
      JWT_ISSUER: 'https://id.example',
      JWT_AUDIENCE: 'inbox',
    };
    const stdout = await succeed(['token', 'user_2x9', '--expires', '0.5'], environment);
    expect(stdout).toMatch(TOKEN);
    const secret = readFileSync(join(environment.CARILLON_DATA_DIR, 'jwt-secret'), 'utf8');
    const claims = jwt.verify(stdout.trim(), secret, {
      algorithms: ['HS256'],
      issuer: 'https://id.example',
      audience: 'inbox',
    }) as JwtPayload;
    expect(claims.sub).toBe('user_2x9');
    expect(claims.exp! - claims.iat!).toBe(43_200);
    expect(existsSync(join(environment.CARILLON_DATA_DIR, 'postgres'))).toBe(false);
  });

  it('is the same through npm', async () => {
    const { stdout } = await promisify(execFile)('npm', ['run', '-s', 'carillon', '--', 'token', 'x'], {
      env: { ...process.env, CARILLON_DATA_DIR: join(folder.path, 'tokens') },
    });
    expect(stdout).toMatch(TOKEN);
  });

  it('cannot be made for a provider that signs them itself', async () => {
    expect(await fail(['token', 'anna'], { JWT_JWKS_URL: 'https://id.example/keys' })).toContain(
      'JWT_SECRET',
    );
  });
});

it('vapid prints a pair of keys, with which the server is content', async () => {
  const lines = (await succeed(['vapid'])).trim().split('\n');
  const variables = Object.fromEntries(lines.map((line) => line.split('=')));
  expect(Object.keys(variables)).toEqual(['VAPID_PUBLIC_KEY', 'VAPID_PRIVATE_KEY']);
  expect(readEnvironment(variables).options.push).toEqual({
    publicKey: variables['VAPID_PUBLIC_KEY'],
    privateKey: variables['VAPID_PRIVATE_KEY'],
  });
});

describe('api-key', () => {
  const post = (key: string) =>
    t.http
      .post('/v1/events')
      .set('X-API-Key', key)
      .send({ type: 'job_failed', user_ids: ['u'], title: 'T' });

  it('makes keys that a running server takes, lists them, and revokes them by name or id', async () => {
    const created = await run(['api-key', 'create', 'shop one']);
    expect(created.stdout).toMatch(KEY);
    const [, id = ''] = /^Made API key ([0-9a-f-]{36}) "shop one"/m.exec(created.stderr) ?? [];
    const key = created.stdout.trim();
    await post(key).expect(201);

    expect(await succeed(['api-key', 'revoke', 'shop one'])).toBe(`Revoked API key ${id} "shop one".\n`);
    await post(key).expect(401);
    expect(await fail(['api-key', 'revoke', 'shop one'])).toBe('No such API key.\n');

    const list = await succeed(['api-key', 'list']);
    expect(list).not.toContain(key);
    // Made, used, revoked.
    expect(list.split('\n').find((line) => line.startsWith(id))).toMatch(
      /^\S+ {2}crl_\S{4}… ( \d{4}-\d\d-\d\d \d\d:\d\d:\d\d ){3} events,users {2}"shop one"$/,
    );
  });
});

it('ends as ever when who reads its answer has read enough', async () => {
  const program = Program.start('cli/main.js', ['api-key', 'list'], folder.path, {
    DATABASE_URL: t.databaseUrl,
    CARILLON_DATA_DIR: join(folder.path, 'data'),
  });
  program.child.stdout?.destroy();
  expect(await program.exited).toBe(0);
  expect(program.stderr).not.toMatch(/EPIPE/);
});

describe('api-key create --scope', () => {
  it('makes a key that may do just that, and knows no other scope', async () => {
    const key = await succeed([
      'api-key',
      'create',
      'operator',
      '--scope',
      'admin',
      '--scope',
      'users,admin',
    ]);
    expect(key).toMatch(KEY);
    await t.http.get('/v1/events/x').set('X-API-Key', key.trim()).expect(403);
    expect(await succeed(['api-key', 'list'])).toMatch(/ users,admin +"operator"$/m);
    expect(await fail(['api-key', 'create', 'x', '--scope', 'admim'])).toMatch(
      /"admim" .*Did you mean "admin"/,
    );
  });
});

describe('notify', () => {
  it('sends all that an event can have to a running server’s users', async () => {
    const flags = [
      '--body',
      'More',
      '--link',
      '/x',
      '--data',
      '{"a":1}',
      '--team',
      'team_1',
      '--entity',
      'project:a:1',
      '--level',
      'warning',
    ];
    await succeed(['notify', 'job_failed', 'cleo', '--title', 'Hello', ...flags]);
    const { body } = await t.as('cleo').get('/v1/notifications');
    const [item] = body.notifications;
    expect(item).toMatchObject({ title: 'Hello', body: 'More', link: '/x', team_id: 'team_1' });
    const single = await t.as('cleo').get(`/v1/notifications/${item.id}`);
    expect(single.body.notification).toMatchObject({ data: { a: 1 }, level: 'warning' });
    expect(
      await sql.rows(`SELECT entity_type, entity_id FROM carillon.notifications WHERE user_id = 'cleo'`),
    ).toEqual([{ entity_type: 'project', entity_id: 'a:1' }]);
  });

  it('schedules what has a time', async () => {
    const inAnHour = at(HOUR);
    const said = await succeed(['notify', 'job_failed', 'dora', '--title', 'Later', '--send-at', inAnHour]);
    expect(said).toMatch(new RegExp(`^Event [0-9a-f-]{36} goes to 1 user at ${inAnHour}\\.\n$`));
    expect((await t.as('dora').get('/v1/notifications')).body.notifications).toEqual([]);
  });

  it('sends what is over at a time', async () => {
    const inAnHour = at(HOUR);
    await succeed(['notify', 'job_failed', 'edna', '--title', 'Short', '--expires-at', inAnHour]);
    const { body } = await t.as('edna').get('/v1/notifications?view=full').expect(200);
    expect(body.notifications).toMatchObject([{ title: 'Short', expires_at: inAnHour }]);
  });

  it('says everything that is wrong with it, in a line', async () => {
    expect(await fail(['notify', 'job_failed', 'u', '--title', '', '--link', '//x'])).toBe(
      '--title: must not be empty; --link: must be an http(s) URL or a path beginning with exactly one "/"\n',
    );
  });

  it('names its flags and arguments as they are spelt there', async () => {
    const times = ['--send-at', '2999-01-01', '--expires-at', 'soon'];
    const others = [
      '--collapse-key',
      '',
      '--team',
      '',
      '--actor',
      '{"name":""}',
      '--data',
      '{"a":"\\u0000"}',
    ];
    const said = await fail(['notify', 'job_failed', 'u', '', '--title', 'T', ...times, ...others]);
    const named = said.split('; ').map((issue) => issue.split(': ')[0]);
    expect(named).toEqual([
      'user ids[1]',
      '--data.a',
      '--team',
      '--collapse-key',
      '--actor.name',
      '--send-at',
      '--expires-at',
    ]);
    const late = ['--send-at', at(2 * HOUR), '--expires-at', at(HOUR)];
    expect(await fail(['notify', 'job_failed', 'u', '--title', 'T', ...late])).toBe(
      '--expires-at: must be after --send-at\n',
    );
    expect(await fail(['notify', 'job_faild', 'u', '--title', 'T'])).toMatch(/"job_failed"/);
  });

  it.each([
    [['--data', '{'], 'It is not JSON'],
    [['--data', '{"a":"'], 'It is not JSON'],
    [['--level', 'loud'], 'Allowed choices are info, warning, error, success'],
    [['--entity', 'project'], 'It must be a type and an id, such as project:17.'],
    [['--titel', 'x'], "unknown option '--titel'"],
  ])('refuses %j by itself', async (flags, message) => {
    let said = '';
    const command = notifyCommand.exitOverride().configureOutput({ writeErr: (text) => (said += text) });
    const parsed = command.parseAsync(['job_failed', 'u', '--title', 'T', ...flags], { from: 'user' });
    await expect(parsed).rejects.toMatchObject({ exitCode: 1 });
    expect(said).toContain(message);
  });
});

describe('event withdraw, and user', () => {
  it('name their flags and arguments as they are spelt there', async () => {
    expect(await fail(['event', 'withdraw', 'a', '', '--collapse-key', ''])).toBe(
      '--collapse-key: must not be empty; user ids[1]: must not be empty\n',
    );
    expect(await fail(['event', 'withdraw', '--entity', 'project:'])).toBe(
      '--entity.id: must not be empty\n',
    );
    expect(await fail(['user', 'erase', ''])).toBe('id: must not be empty\n');
  });
});

describe('cleanup', () => {
  it('says what it would remove, and then removes that', async () => {
    await sql.rows(`
      INSERT INTO carillon.notifications (user_id, id, event_id, type, level, title, created_at, deleted_at)
      SELECT 'trash', carillon.uuid_v7(at), gen_random_uuid(), 'job_failed', 'error', 'T', at, at
      FROM (SELECT now() - i * interval '30 days' AS at FROM generate_series(1, 5) i) t`);
    const said = await succeed(['cleanup', '--dry-run']);
    expect(said).toMatch(/^would remove 3 notifications in the trash, /);
    expect(await succeed(['cleanup'])).toBe(said.replace('would remove', 'removed'));
    expect(await sql.number(`SELECT count(*) FROM carillon.notifications WHERE user_id = 'trash'`)).toBe(2);
  });

  it('fails at its end when something could not be removed', async () => {
    await sql.rows('ALTER TABLE carillon.idempotency_keys RENAME TO elsewhere');
    try {
      expect(await fail(['cleanup'])).toMatch(
        /could not remove all idempotency keys; removed 0 notifications/,
      );
    } finally {
      await sql.rows('ALTER TABLE carillon.elsewhere RENAME TO idempotency_keys');
    }
  });
});

describe('the database', () => {
  it('is brought up to date, and named as it was given', async () => {
    const empty = await createEmptyDatabase();
    try {
      const environment = { DATABASE_URL: empty.url };
      const first = await run(['migrate'], environment);
      expect(first).toMatchObject({ code: 0, stdout: 'The database is up to date.\n' });
      expect(first.stderr).toContain('Notifications1795900003000');
      expect(await succeed(['database-url'], environment)).toBe(`${empty.url}\n`);
    } finally {
      await empty.drop();
    }
  });

  it('is distributed on request, where it has Citus, and says so where it has not', async () => {
    const empty = await createEmptyDatabase();
    const environment = { DATABASE_URL: empty.url };
    const direct = await connect(empty.url);
    try {
      expect(await fail(['migrate', '--citus'], environment)).toContain('no Citus extension');
      await pretendCitus(direct);
      expect(await succeed(['migrate'], environment)).toBe('The database is up to date.\n');
      expect(await callsOf(direct)).toEqual([]);
      expect(await succeed(['migrate', '--citus'], environment)).toBe(
        'The schema carillon is distributed now.\nThe database is up to date.\n',
      );
      expect(await callsOf(direct)).toEqual(['distributed the schema carillon']);
      expect(await succeed(['migrate', '--citus'], environment)).toBe(
        'The schema carillon was distributed before.\nThe database is up to date.\n',
      );
    } finally {
      await direct.end();
      await empty.drop();
    }
  });

  it('that cannot be reached, and a wrong configuration, are a sentence', async () => {
    const unreachable = await fail(['cleanup'], { DATABASE_URL: 'postgres://me:hunter2@127.0.0.1:1/x' });
    expect(unreachable).toContain('Cannot reach PostgreSQL');
    expect(unreachable).not.toContain('hunter2');
    const wrong = await fail(['token', 'x'], { PORT: 'x', CLEANUP_AFTER_DAYS: 'y' });
    expect(wrong).toMatch(/PORT: .*\n.*CLEANUP_AFTER_DAYS: /);
  });
});

describe('serve', () => {
  const environment = () => ({
    PORT: '0',
    CARILLON_DATA_DIR: join(folder.path, 'data'),
    DATABASE_URL: t.databaseUrl,
  });

  it('runs the server until it is told to stop', async () => {
    const program = Program.start('cli/main.js', ['serve'], folder.path, environment());
    const [, url] = await program.said(/listens on (http:\/\/127\.0\.0\.1:\d+)/);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect(await program.end('SIGTERM')).toBe(0);
  });

  it('says why it cannot start', async () => {
    expect(await fail(['serve'], { ...environment(), PORT: 'x' })).toContain('PORT: must be a whole number');
  });
});
