import { describe, expect, it } from '@jest/globals';
import { ConfigurationError } from '../../src/config/configuration-error.js';
import { completeBasePaths, completeOptions, DEFAULTS, type HostOptions } from '../../src/config/defaults.js';

const LEAST: HostOptions = {
  database: { url: 'postgres://me:hunter2@db/x' },
  encryption: { key: 'a key of thirty-two characters, and more' },
};

/** What the refusal says, a line for each option. */
function problems(host: object, contracts?: Parameters<typeof completeOptions>[1]): string[] {
  try {
    completeOptions({ ...LEAST, ...host } as HostOptions, contracts);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as Error).message.split('\n').slice(1);
  }
  return [];
}

it('names everything that is missing at once, in the words of the options', () => {
  const nothing = {
    database: { url: undefined },
    encryption: { key: undefined },
    auth: { jwtSecret: undefined },
  };
  expect(problems(nothing, {})).toEqual([
    expect.stringContaining('- database.url: is missing'),
    expect.stringContaining('- encryption.key: is missing'),
    expect.stringContaining('- auth.jwtSecret, auth.jwksUrl or auth.authenticator: one of them is required'),
  ]);
  expect(problems({ database: undefined, encryption: undefined })).toHaveLength(2);
});

it('takes no name that every object has for a contract', () => {
  const auth = { jwtSecret: 'a secret of thirty-two characters, and more' };
  expect(problems({ auth }, { toString: '/x' } as object)).toEqual([
    expect.stringContaining('contracts.toString: is not a contract'),
  ]);
});

it('takes a short secret where it is not production', () => {
  expect(problems({ production: false, auth: { jwtSecret: 'short' } })).toEqual([]);
});

it('gives undefined the default, as if it were left out', () => {
  const undefinedParts = {
    production: undefined,
    allowedOrigins: undefined,
    database: { url: 'postgres://db/x', poolSize: undefined },
    encryption: { key: LEAST.encryption.key, previous: undefined },
    auth: { cookieName: undefined, jwtSecret: undefined },
    deliveries: { retrySchedule: undefined },
    webhooks: { timeoutMs: undefined, retrySchedule: undefined, allowNetworks: undefined },
    email: { smtpUrl: undefined, brand: { name: undefined, color: undefined }, perSecond: undefined },
    retention: { cleanupAfterDays: undefined, eventsDays: undefined, deliveriesDays: undefined },
    rateLimit: { perSecond: 5, burst: undefined },
  };
  const { deliveries, webhooks, email, retention, auth, rateLimit, ...rest } =
    completeOptions(undefinedParts);
  expect({ deliveries, webhooks, email, retention, auth }).toEqual({
    deliveries: DEFAULTS.deliveries,
    webhooks: DEFAULTS.webhooks,
    email: DEFAULTS.email,
    retention: DEFAULTS.retention,
    auth: DEFAULTS.auth,
  });
  expect(rateLimit).toEqual({ perSecond: 5, burst: 20_000 });
  expect(rest).toMatchObject({ production: true, allowedOrigins: [], database: { poolSize: 10 } });
  expect(completeBasePaths({ inbox: '/me/', sites: undefined })).toEqual({
    ...DEFAULTS.basePaths,
    inbox: '/me',
  });
});

const TYPE = {
  key: 'order_placed',
  description: 'An order was placed.',
  level: 'success',
  channels: { in_app: true, toast: true, webhook: true },
  webhookEvent: 'order.placed',
  mutable: true,
};

describe('the rules of the environment hold for a host', () => {
  it.each<[string, object]>([
    ['database.url', { database: { url: 'mysql://db/x' } }],
    ['recipients', { recipients: { load: () => [] } }],
    ['database.poolSize', { database: { url: 'postgres://db/x', poolSize: 0 } }],
    ['database.schema', { database: { url: 'postgres://db/x', schema: 'public' } }],
    ['encryption.key', { encryption: { key: 'short' } }],
    ['encryption.previous', { encryption: { key: LEAST.encryption.key, previous: 'short' } }],
    ['auth.jwtSecret', { auth: { jwtSecret: '' } }],
    ['auth.jwtSecret', { auth: { jwtSecret: 'short' } }],
    ['auth.jwksUrl', { auth: { jwksUrl: 'ftp://id/keys' } }],
    ['auth.cookieName', { auth: { cookieName: 'a name' } }],
    ['auth.authenticator', { auth: { authenticator: 'anna' } }],
    ['allowedOrigins', { allowedOrigins: ['https://a.example/'] }],
    ['redisUrl', { redisUrl: 'http://host' }],
    ['webhooks.allowNetworks', { webhooks: { allowNetworks: ['10.0.0.1'] } }],
    ['deliveries.retrySchedule', { deliveries: { retrySchedule: [5, -1] } }],
    ['webhooks.retrySchedule', { webhooks: { retrySchedule: [5, -1] } }],
    ['deliveries.retrySchedule', { deliveries: { retrySchedule: [5] }, webhooks: { retrySchedule: [6] } }],
    ['webhooks.timeoutMs', { webhooks: { timeoutMs: Number.NaN } }],
    ['email.smtpUrl', { email: { smtpUrl: 'http://mail' } }],
    ['email.from', { email: { from: 'Shop' } }],
    ['email.from', { email: { from: 'Shop <shop@example.com>\r\nBcc: all@example.com' } }],
    ['email.brand.logoUrl', { email: { brand: { logoUrl: 'http://example.com/logo.png' } } }],
    ['email.brand.color', { email: { brand: { color: 'red' } } }],
    ['email.connections', { email: { connections: 0 } }],
    ['email.perSecond', { email: { perSecond: 1.5 } }],
    ['email.render', { email: { render: 'mine' } }],
    ['publicUrl', { publicUrl: 'notify.example.com' }],
    ['appUrl', { appUrl: 'https://app.example.com/?tab=1' }],
    ['retention.cleanupAfterDays', { retention: { cleanupAfterDays: -1 } }],
    ['retention.retentionDays', { retention: { retentionDays: 1.5 } }],
    ['retention.eventsDays', { retention: { eventsDays: 29 } }],
    ['rateLimit.burst', { rateLimit: { burst: 0 } }],
    ['typesFile', { typesFile: 'package.json' }],
    ['types', { types: TYPE }],
    ['types[1].key', { types: [TYPE, { ...TYPE, key: 'Order placed' }] }],
    ['types[0].channels.toast', { types: [{ ...TYPE, channels: { toast: 'yes' } }] }],
    ['types[0].channels.toast.delay', { types: [{ ...TYPE, channels: { toast: { delay: 'soon' } } }] }],
    ['types[0].mutable', { types: [{ ...TYPE, critical: true }] }],
    ['types[0].critical', { types: [{ ...TYPE, critical: 'yes' }] }],
    ['types[0].category', { types: [{ ...TYPE, category: '' }] }],
    ['types[0].category', { types: [{ ...TYPE, category: 'c'.repeat(65) }] }],
    ['types[0].webhookEvent', { types: [{ ...TYPE, webhookEvent: undefined }] }],
  ])('%s', (name, host) => {
    expect(problems(host)).toEqual([expect.stringContaining(`- ${name}: `)]);
  });

  it('base paths', () => {
    const auth = { jwtSecret: 's'.repeat(32) };
    expect(problems({ auth }, { inbox: 'v1' })).toEqual([expect.stringContaining('- contracts.inbox: ')]);
    expect(problems({ auth }, { inbox: '/v1/', sites: undefined })).toEqual([]);
  });
});

it('needs no way to sign in without routes, and takes any one of the three with them', () => {
  expect(problems({}, false)).toEqual([]);
  for (const auth of [
    { jwtSecret: 's'.repeat(32) },
    { jwksUrl: 'https://id.example/keys' },
    { authenticator: () => null },
  ])
    expect(problems({ auth }, {})).toEqual([]);
});

it('takes the retry schedule by its former name', () => {
  const { deliveries, webhooks } = completeOptions({ ...LEAST, webhooks: { retrySchedule: [1, 2] } });
  expect(deliveries).toEqual({ retrySchedule: [1, 2] });
  expect(webhooks).toEqual(DEFAULTS.webhooks);
});

it('never repeats a password', () => {
  const said = problems({ database: { url: 'postgre://me:hunter2@db/x' }, encryption: { key: 'hunter2' } });
  expect(said).toHaveLength(2);
  expect(said.join()).not.toContain('hunter2');
});
