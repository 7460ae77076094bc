import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigurationError } from '../../src/config/configuration-error.js';
import { readEnvironment, VARIABLE_NAMES } from '../../src/config/environment.js';

/** What the message of a refusal says, a line for each variable. */
function problems(environment: NodeJS.ProcessEnv): string[] {
  try {
    readEnvironment(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as Error).message.split('\n').slice(1);
  }
  return [];
}

describe('.env.example', () => {
  const text = readFileSync('.env.example', 'utf8');

  it('names every variable once', () => {
    const names = [...text.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name as string);
    expect(names.toSorted()).toEqual(VARIABLE_NAMES.toSorted());
  });

  it('gives every default as the code has it', () => {
    expect(readEnvironment(parseEnv(text) as NodeJS.ProcessEnv)).toEqual(readEnvironment({}));
    const { port, options } = readEnvironment(parseEnv(text) as NodeJS.ProcessEnv);
    expect({ port, retention: options.retention, paths: options.basePaths }).toEqual({
      port: 3000,
      retention: { cleanupAfterDays: 90, retentionDays: undefined, deliveriesDays: 30, eventsDays: 90 },
      paths: { inbox: '/v1', sites: '/api/v1', workspace: '/api', account: '/account/api' },
    });
  });

  it('says something about each of them', () => {
    const unexplained = text
      .split('\n\n')
      .filter((paragraph) => /^[A-Z_]+=/m.test(paragraph) && !paragraph.startsWith('# '));
    expect(unexplained).toEqual([]);
  });
});

it('reads an empty environment as development with the defaults, and empty values as not set', () => {
  const config = readEnvironment({});
  expect(config).toMatchObject({ host: '127.0.0.1', port: 3000, dataDir: '.carillon' });
  expect(config.databaseUrl).toBeUndefined();
  expect(config.options.production).toBe(false);
  const empty = Object.fromEntries(VARIABLE_NAMES.map((name) => [name, '']));
  expect(readEnvironment(empty)).toEqual(config);
});

it('reads what is given', () => {
  const { port, databaseUrl, options } = readEnvironment({
    PORT: '0',
    DATABASE_URL: 'postgresql://me:pw@db/x',
    ALLOWED_ORIGINS: 'https://a.example, http://localhost:5173,',
    INBOX_BASE_PATH: '/inbox/',
    SITES_BASE_PATH: '/',
    DELIVERIES_RETRY_SCHEDULE: '1, 2.5',
    WEBHOOKS_ALLOW_NETWORKS: '10.0.0.0/8,fd00::/8',
    RETENTION_DAYS: '400',
    CLEANUP_AFTER_DAYS: '0',
  });
  expect([port, databaseUrl]).toEqual([0, 'postgresql://me:pw@db/x']);
  expect(options.allowedOrigins).toEqual(['https://a.example', 'http://localhost:5173']);
  expect(options.basePaths).toMatchObject({ inbox: '/inbox', sites: '/' });
  expect(options.deliveries).toEqual({ retrySchedule: [1, 2.5] });
  expect(options.webhooks).toMatchObject({ allowNetworks: ['10.0.0.0/8', 'fd00::/8'] });
  expect(options.retention).toMatchObject({ retentionDays: 400, cleanupAfterDays: 0 });
});

it('takes no name that every object has for a value', () => {
  expect(problems({ NOTIFICATION_TYPES_SHIPPED: 'constructor' })).toEqual([
    '  - NOTIFICATION_TYPES_SHIPPED: must be true or false, not "constructor"',
  ]);
});

it('reads what mails need', () => {
  const optionsOf = (variables: Record<string, string>) => readEnvironment(variables).options;
  const { email, publicUrl, appUrl } = optionsOf({
    SMTP_URL: 'smtp://me:p%40ss@mail:587',
    EMAIL_FROM: 'Café “Größe” <shop@example.com>',
    EMAIL_BRAND_NAME: 'Shop',
    EMAIL_BRAND_COLOR: '#ff0000',
    APP_URL: 'https://app.example.com/shop',
    PORT: '8080',
  });
  expect(email).toEqual({
    smtpUrl: 'smtp://me:p%40ss@mail:587',
    from: 'Café “Größe” <shop@example.com>',
    brand: { name: 'Shop', color: '#ff0000', logoUrl: undefined },
    footer: undefined,
    connections: 5,
    perSecond: 10,
  });
  expect([publicUrl, appUrl]).toEqual(['http://127.0.0.1:8080', 'https://app.example.com/shop']);
  const secrets = { JWT_SECRET: 's'.repeat(32), ENCRYPTION_KEY: 'k'.repeat(32) };
  expect(optionsOf({ NODE_ENV: 'production', ...secrets }).publicUrl).toBeUndefined();
});

it.each([
  ['::', 'http://[::]:8080'],
  ['::1', 'http://[::1]:8080'],
  ['box.example', 'http://box.example:8080'],
  // The server says of these that it cannot listen there.
  ['fe80::1%eth0', undefined],
  ['256.1.1.1', undefined],
])('links of mails lead to where it listens in development: %s', (HOST, publicUrl) => {
  expect(readEnvironment({ HOST, PORT: '8080' }).options.publicUrl).toBe(publicUrl);
});

it('never repeats the password of a mail server', () => {
  const said = problems({ SMTP_URL: 'smpt://me:hunter2@mail' });
  expect(said.join()).not.toContain('hunter2');
  expect(said).toEqual([expect.stringContaining('- SMTP_URL: must begin with smtp:// or smtps://')]);
});

it('reads the retry schedule by its former name too, unless the two differ', () => {
  const scheduleOf = (variables: Record<string, string>) => readEnvironment(variables).options.deliveries;
  const former = { WEBHOOKS_RETRY_SCHEDULE: '1,2' };
  expect(scheduleOf(former)).toEqual({ retrySchedule: [1, 2] });
  expect(scheduleOf({ ...former, DELIVERIES_RETRY_SCHEDULE: '1, 2' })).toEqual({ retrySchedule: [1, 2] });
  expect(() => scheduleOf({ ...former, DELIVERIES_RETRY_SCHEDULE: '1' })).toThrow(
    'DELIVERIES_RETRY_SCHEDULE: WEBHOOKS_RETRY_SCHEDULE, its former name, says something else',
  );
});

const WRONG: [string, string][] = [
  ['NODE_ENV', 'prod'],
  ['NODE_ENV', 'Production'],
  ['PORT', '70000'],
  ['PORT', '-1'],
  ['PORT', '3000.5'],
  ['PORT', '0x10'],
  ['LOG_LEVEL', 'loud'],
  ['DATABASE_URL', 'mysql://host/db'],
  ['DATABASE_URL', 'not a url'],
  ['DATABASE_URL', 'postgres:db/x'],
  ['DATABASE_URL', 'postgres://me:hunter2%ff@db/x'],
  ['DATABASE_URL', 'postgres://db/x?port=abc'],
  ['DATABASE_URL', 'postgres://db/x?port=99999'],
  ['DATABASE_URL', 'postgres://db/x?sslmode=verify-full&sslrootcert=/nowhere/root.crt'],
  ['DATABASE_POOL_SIZE', '0'],
  ['CARILLON_SCHEMA', 'public'],
  ['CARILLON_SCHEMA', 'pg_carillon'],
  ['CARILLON_SCHEMA', 'information_schema'],
  ['CARILLON_SCHEMA', 'Carillon'],
  ['CARILLON_SCHEMA', 'my-schema'],
  ['CARILLON_SCHEMA', '1st'],
  ['CARILLON_SCHEMA', 'a.b'],
  ['CARILLON_SCHEMA', 'x'.repeat(49)],
  ['JWT_JWKS_URL', 'ftp://host/keys'],
  ['JWT_COOKIE_NAME', 'a name'],
  ['ALLOWED_ORIGINS', 'https://a.example/'],
  ['ALLOWED_ORIGINS', '*'],
  ['ALLOWED_ORIGINS', 'https://a.example,b.example'],
  ['ENCRYPTION_KEY', 'short'],
  ['ENCRYPTION_KEY_PREVIOUS', 'short'],
  ['REDIS_URL', 'http://host'],
  ['REDIS_URL', 'redis:host'],
  ['SMTP_URL', 'smtp:mail.example.com'],
  ['NOTIFICATION_TYPES_FILE', '/nowhere/types.json'],
  ['NOTIFICATION_TYPES_FILE', 'package.json'],
  ['INBOX_BASE_PATH', 'v1'],
  ['SITES_BASE_PATH', '/a b'],
  ['WORKSPACE_BASE_PATH', '/:id'],
  ['ACCOUNT_BASE_PATH', '//x'],
  ['WEBHOOKS_ALLOW_NETWORKS', '10.0.0.1'],
  ['DELIVERIES_RETRY_SCHEDULE', '5,soon'],
  ['WEBHOOKS_RETRY_SCHEDULE', '5,soon'],
  ['WEBHOOKS_TIMEOUT_MS', '0'],
  ['CLEANUP_AFTER_DAYS', '-1'],
  ['RETENTION_DAYS', '0'],
  ['DELIVERIES_RETENTION_DAYS', 'never'],
  ['EVENTS_RETENTION_DAYS', '1e3'],
  ['RATE_LIMIT_PER_SECOND', '0'],
  ['RATE_LIMIT_BURST', ' 5'],
];

it.each(WRONG)('names %s=%s', (name, value) => {
  expect(problems({ [name]: value })).toEqual([expect.stringContaining(`- ${name}: `)]);
});

it.each(['/.', '/..', '/api/../v1', '/./v1', '/v1/..'])(
  'refuses the base path %s: no client asks for it',
  (path) => {
    expect(problems({ INBOX_BASE_PATH: path })).toEqual([expect.stringContaining('must be a path such as')]);
  },
);

it.each(['/.well-known', '/v1.0', '/...', '/docs2', '/api/docs'])('takes the base path %s', (path) => {
  expect(problems({ INBOX_BASE_PATH: path })).toEqual([]);
});

it.each([
  ['/docs', 'the documentation at /docs'],
  ['/docs/api', 'the documentation at /docs'],
  ['/openapi/', 'the OpenAPI documents at /openapi'],
  ['/carillon/v1', 'the browser files at /carillon'],
  ['/demo', 'the demo at /demo'],
  ['/health', 'the health check at /health'],
])('refuses the base path %s, which the server has for itself', (path, page) => {
  expect(problems({ SITES_BASE_PATH: path })).toEqual([
    `  - SITES_BASE_PATH: "${path}" would collide with ${page}: choose another base path`,
  ]);
});

it('names everything that is wrong in one message', () => {
  const everything = Object.fromEntries(WRONG);
  const named = problems(everything);
  for (const name of Object.keys(everything)) {
    expect(named.filter((line) => line.startsWith(`  - ${name}: `))).toHaveLength(1);
  }
  expect(problems({ NODE_ENV: 'production', PORT: 'x' })).toHaveLength(3);
});

it('refuses to forget events before their deliveries', () => {
  expect(problems({ EVENTS_RETENTION_DAYS: '29' })).toEqual([
    expect.stringContaining('EVENTS_RETENTION_DAYS'),
  ]);
  expect(problems({ EVENTS_RETENTION_DAYS: '29', DELIVERIES_RETENTION_DAYS: '29' })).toEqual([]);
});

it('refuses production without secrets, and takes it with them', () => {
  expect(problems({ NODE_ENV: 'production' })).toEqual([
    expect.stringContaining('JWT_SECRET or JWT_JWKS_URL'),
    expect.stringContaining('ENCRYPTION_KEY'),
  ]);
  const secrets = { NODE_ENV: 'production', ENCRYPTION_KEY: 'k'.repeat(32) };
  expect(problems({ ...secrets, JWT_SECRET: 's'.repeat(32) })).toEqual([]);
  expect(problems({ ...secrets, JWT_SECRET: 's'.repeat(31) })).toEqual([
    expect.stringContaining('JWT_SECRET: must be at least 32 characters long'),
  ]);
  expect(problems({ JWT_SECRET: 's' })).toEqual([]);
  expect(problems({ ...secrets, JWT_JWKS_URL: 'https://id.example/keys' })).toEqual([]);
});

it('never repeats a password', () => {
  const [line] = problems({ DATABASE_URL: 'postgre://me:hunter2@db/x' });
  expect(line).toContain('postgres://');
  expect(line).not.toContain('hunter2');
  expect(problems({ DATABASE_URL: 'postgres://me:hunter2%ff@db/x' })[0]).not.toContain('hunter2');
  expect(problems({ ENCRYPTION_KEY: 'hunter2' })[0]).not.toContain('hunter2');
});
