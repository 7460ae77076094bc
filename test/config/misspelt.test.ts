import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readEnvironment, VARIABLE_NAMES } from '../../src/config/environment.js';
import { misspelt } from '../../src/config/misspelt.js';

const meant = (name: string, isSet: string[] = []): string | undefined =>
  misspelt([name], VARIABLE_NAMES, (known) => isSet.includes(known))[0]?.meant;

describe('a misspelt variable', () => {
  it.each([
    ['DATBASE_URL', 'DATABASE_URL'],
    ['DATABASE_ULR', 'DATABASE_URL'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['database_url', 'DATABASE_URL'],
    ['\ufeffDATABASE_URL', 'DATABASE_URL'],
    ['DATABASE-URL', 'DATABASE_URL'],
    ['PORT ', 'PORT'],
    ['CARRILLON_SCHEMA', 'CARILLON_SCHEMA'],
    ['CARILLON_SCHEMAS', 'CARILLON_SCHEMA'],
    ['CARILON_DATADIR', 'CARILLON_DATA_DIR'],
    ['WEBHOOK_ALLOW_NETWORKS', 'WEBHOOKS_ALLOW_NETWORKS'],
    ['WEBHOOK_ALLOWED_NETWORKS', 'WEBHOOKS_ALLOW_NETWORKS'],
    ['WEBHOOKS_TIMEOUT', 'WEBHOOKS_TIMEOUT_MS'],
    ['JWT_SECERT', 'JWT_SECRET'],
    ['JWT_JWKS_URI', 'JWT_JWKS_URL'],
    ['ALLOWED_ORIGIN', 'ALLOWED_ORIGINS'],
    ['ENCRYPTON_KEY', 'ENCRYPTION_KEY'],
    ['NODE_EVN', 'NODE_ENV'],
    ['RETENTION_DAY', 'RETENTION_DAYS'],
    ['EVENT_RETENTION_DAYS', 'EVENTS_RETENTION_DAYS'],
    ['RATE_LIMIT_PER_SEC', 'RATE_LIMIT_PER_SECOND'],
  ])('%j is named with %s', (name, known) => {
    expect(meant(name)).toBe(known);
  });

  it.each([
    ...[
      'DATABASE_URLS',
      'DATABASE_URL_1',
      'DATABASE_URL2',
      'MYDATABASE_URL',
      'DATABASE_PRIVATE_URL',
      'DB_URL',
    ],
    ...[
      'DATABASE_HOST',
      'DATABASE_NAME',
      'DATABASE_PUBLIC_URL',
      'REDIS_TLS_URL',
      'REDIS_HOST',
      'MY_REDIS_URL',
    ],
    ...[
      'HOSTNAME',
      'HOSTS',
      'POST',
      'PORTS',
      'PORT_1',
      'NODE_OPTIONS',
      'NODE_PATH',
      'LOGLEVEL',
      'LOGNAME',
      'LOG_DIR',
    ],
    ...[
      'JWT_SECRET_KEY',
      'JWT_SECRETS',
      'SECRET_KEY',
      'ENCRYPTION_KEYS',
      'ENCRYPTION_KEY_BASE',
      'JWT_ALGORITHM',
    ],
    ...[
      'CARILLON_PORT',
      'CARILLON_SERVICE_HOST',
      'CARILLON_SERVICE_PORT',
      'CARILLON_PORT_3000_TCP',
      'CARILLON_KEY',
    ],
    ...[
      'API_BASE_PATH',
      'BASE_PATH',
      'LOG_RETENTION_DAYS',
      'RATE_LIMIT_PER_MINUTE',
      'DATABASE_POOL_MAX',
      'PATH',
    ],
    ...[
      'npm_config_cache',
      'npm_package_json',
      'JAVA_HOME',
      'XDG_DATA_DIRS',
      'KUBERNETES_PORT',
      'PGDATABASE',
      '',
    ],
  ])('%j is not: it is the name of another', (name) => {
    expect(meant(name)).toBeUndefined();
  });

  it('is one only where the right one is not set, be it to nothing', () => {
    expect(meant('DATABASE_URI', ['DATABASE_URL'])).toBeUndefined();
    const production = {
      NODE_ENV: 'production',
      JWT_SECRET: 's'.repeat(32),
      ENCRYPTION_KEY: 'k'.repeat(32),
      DATBASE_URL: 'postgres://me:hunter2@db/x',
    };
    expect(() => readEnvironment(production)).toThrow(
      '  - DATBASE_URL: is not known. Did you mean DATABASE_URL? ' +
        "(If it is another program's, set DATABASE_URL as well; empty is its default.)",
    );
    expect(() => readEnvironment(production)).not.toThrow(/hunter2/);
    expect(readEnvironment({ ...production, DATABASE_URL: '' }).warnings).toEqual([]);
    expect(readEnvironment({ ...production, DATBASE_URL: '' }).warnings).toEqual([]);
  });

  it('is a warning in development, unless it is the mode itself', () => {
    expect(readEnvironment({ '\ufeffREDIS_URL': 'x' }).warnings).toEqual([
      expect.stringMatching(/^\\ufeffREDIS_URL: is not known. Did you mean REDIS_URL\?/),
    ]);
    expect(readEnvironment({ NODE_ENV: 'test', REDIS_ULR: 'x' }).warnings).toHaveLength(1);
    expect(() => readEnvironment({ NODE_EVN: 'production' })).toThrow('Did you mean NODE_ENV?');
  });

  const long = VARIABLE_NAMES.filter((name) => name.length >= 6);
  const letter = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ_');

  it('is found whichever letter is missing, wrong, one too many or in the wrong place', () => {
    const cases = fc.constantFrom(...long).chain((name) => {
      const at = fc.integer({ min: 1, max: name.length - 2 });
      return fc.tuple(fc.constant(name), at, letter, fc.constantFrom('less', 'other', 'more', 'swapped'));
    });
    fc.assert(
      fc.property(cases, ([name, at, sign, kind]) => {
        const [before, here, next, after] = [name.slice(0, at), name[at], name[at + 1], name.slice(at + 2)];
        const word = {
          less: `${before}${next}${after}`,
          other: `${before}${sign}${next}${after}`,
          more: `${before}${here}${sign}${next}${after}`,
          swapped: `${before}${next}${here}${after}`,
        }[kind];
        fc.pre(!VARIABLE_NAMES.includes(word) && word !== 'LOGLEVEL');
        expect(meant(word)).toBe(name);
      }),
      { numRuns: 2_000 },
    );
  });
});
