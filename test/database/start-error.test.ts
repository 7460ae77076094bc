import { describe, expect, it } from '@jest/globals';
import { checkServerVersion, explainConnectionError } from '../../src/database/start-error.js';

describe('a database that cannot be used', () => {
  it.each([
    [120_010, 'PostgreSQL 12 is too old'],
    [90_624, 'PostgreSQL 9 is too old'],
    [140_011, 'PostgreSQL 14 is too old: Carillon needs 15 or newer'],
    [Number.NaN, 'too old'],
  ])('is named when its server_version_num is %d', (version, message) => {
    expect(() => checkServerVersion(version)).toThrow(message);
  });

  it.each([150_000, 180_004])('is not one with server_version_num %d', (version) => {
    expect(() => checkServerVersion(version)).not.toThrow();
  });

  it.each([
    [{ code: 'ENOTFOUND', message: 'x' }, 'cannot be resolved'],
    [{ code: '53300', message: 'too many' }, 'has no connection left'],
    [{ code: '28000', message: 'no pg_hba.conf entry' }, 'does not let the user "u" in'],
    [{ message: 'timeout expired' }, 'did not answer in time'],
    [{ message: 'The server does not support SSL connections' }, 'sslmode'],
    [{ message: 'something new' }, 'Cannot use PostgreSQL at db:5433: something new.'],
  ])('is explained for %j', ({ message, ...code }, expected) => {
    const error = Object.assign(new Error(message), code);
    const explained = explainConnectionError(error, { host: 'db', port: 5433, user: 'u', database: 'd' });
    expect(explained.message).toContain(expected);
  });
});
