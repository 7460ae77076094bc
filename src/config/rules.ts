import { inspect } from 'node:util';
import ipaddr from 'ipaddr.js';
import { parseIntoClientConfig } from 'pg-connection-string';
import { parseUrl } from '../common/url.js';
import { readTypesFile } from './types-file.js';
import { privateKeyProblem, publicKeyProblem, subjectProblem } from './vapid.js';

/** Says what is wrong with a value, in words that can follow its name; undefined when nothing is. */
export type Rule = (value: unknown) => string | undefined;

export const wholeNumber =
  (least: number, most: number): Rule =>
  (value) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most
      ? undefined
      : `must be a whole number from ${least} to ${most}, not ${shown(value)}`;

const text: Rule = (value) =>
  typeof value === 'string' && value !== '' ? undefined : 'must be a text that is not empty';

const trueOrFalse: Rule = (value) =>
  typeof value === 'boolean' ? undefined : `must be true or false, not ${shown(value)}`;

const url =
  (...protocols: string[]): Rule =>
  (value) => {
    const wanted = protocols.map((name) => `${name}://`).join(' or ');
    // The value is not repeated: a database's URL holds a password.
    const parsed = typeof value === 'string' ? parseUrl(value) : undefined;
    if (!parsed) return `must be a URL beginning with ${wanted}`;
    // Without the slashes there is no host in it, and another one would be taken.
    const beginning = new RegExp(`^(${protocols.join('|')})://`, 'i');
    return beginning.test(String(value)) ? undefined : `must begin with ${wanted}`;
  };

/** As `pg` reads it, which decodes a password, and reads the files of certificates. */
const databaseUrl: Rule = (value) => {
  const problem = url('postgres', 'postgresql')(value);
  if (problem !== undefined) return problem;
  try {
    // The library takes any number for a port that is a parameter, and connecting to it throws where nothing catches it.
    const { port = 5432 } = parseIntoClientConfig(String(value));
    return wholeNumber(1, 65_535)(port) && `cannot be used: ${port} is no port`;
  } catch (error) {
    return `cannot be used: ${(error as Error).message}`;
  }
};

/** Characters. RFC 7518, section 3.2: a key for HS256 has at least the 256 bits of its hash. */
export const LEAST_SECRET = 32;

// The value is not repeated either.
const encryptionKey: Rule = (value) =>
  typeof value === 'string' && value.length >= LEAST_SECRET
    ? undefined
    : `must be at least ${LEAST_SECRET} characters long`;

const listOf =
  (rule: Rule): Rule =>
  (value) =>
    Array.isArray(value) ? value.map(rule).find((problem) => problem !== undefined) : 'must be a list';

const origin: Rule = (value) =>
  typeof value === 'string' && parseUrl(value)?.origin === value && /^https?:/.test(value)
    ? undefined
    : `${shown(value)} is not an origin such as "https://app.example.com" (no path, no trailing slash)`;

const network: Rule = (value) =>
  typeof value === 'string' && ipaddr.isValidCIDR(value)
    ? undefined
    : `${shown(value)} is not a network such as "10.0.0.0/8"`;

/** Some 115 days: a longer wait for a repetition is a mistaken unit. */
const MAX_SECONDS = 9_999_999;

const seconds: Rule = (value) =>
  typeof value === 'number' && value >= 0 && value <= MAX_SECONDS
    ? undefined
    : `${shown(value)} is not a number of seconds from 0 to ${MAX_SECONDS}`;

/** A URL that paths are put after. */
const place: Rule = (value) =>
  url('https', 'http')(value) ??
  (/[?#]/.test(String(value)) ? 'must have neither a query nor a fragment' : undefined);

/** An address, or a name and an address in angle brackets; what is in a header may have no control characters. */
const MAILBOX = /^(?:[^\p{C}<>@]* <([^\s\p{C}<>@]+@[^\s\p{C}<>@]+)>|[^\s\p{C}<>@]+@[^\s\p{C}<>@]+)$/u;

const mailbox: Rule = (value) =>
  typeof value === 'string' && MAILBOX.test(value)
    ? undefined
    : `must be an address such as "Shop <shop@example.com>", not ${shown(value)}`;

const color: Rule = (value) =>
  typeof value === 'string' && /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(value)
    ? undefined
    : `must be a colour such as "#1d4ed8", not ${shown(value)}`;

const cookieName: Rule = (value) =>
  typeof value === 'string' && /^[\w!#$%&'*.^`|~+-]+$/.test(value)
    ? undefined
    : `${shown(value)} is not a cookie name`;

export const basePath: Rule = (value) => {
  const path = typeof value === 'string' ? value : '';
  // Clients take dots out of a path before they send it: such a route could not be asked for.
  const dots = path.split('/').some((segment) => segment === '.' || segment === '..');
  return path.startsWith('/') && !dots && /^(\/[A-Za-z0-9._~-]+)*\/?$/.test(path)
    ? undefined
    : `must be a path such as "/api/v1", not ${shown(value)}`;
};

const aFunction: Rule = (value) => (typeof value === 'function' ? undefined : 'must be a function');

const recipients: Rule = (value) =>
  typeof (value as { find?: unknown } | null)?.find === 'function'
    ? undefined
    : 'must be an object with a function `find`';

const typesFile: Rule = (value) => {
  if (text(value) !== undefined) return text(value);
  try {
    readTypesFile(value as string);
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
};

/** PostgreSQL's limit of 63 bytes, less the room for what is named after the schema, such as its channels. */
const LONGEST_SCHEMA = 48;

/** `public` belongs to the application whose database it is. */
const RESERVED_SCHEMAS = /^(pg_.*|information_schema|public)$/;

const schemaName: Rule = (value) => {
  if (typeof value !== 'string' || !/^[a-z_][a-z0-9_]*$/.test(value)) {
    return `must be a name of lower-case letters, digits and _, beginning with no digit, not ${shown(value)}`;
  }
  if (value.length > LONGEST_SCHEMA) return `must have at most ${LONGEST_SCHEMA} characters`;
  if (!RESERVED_SCHEMAS.test(value)) return undefined;
  return `must be a schema of Carillon's own, which "${value}" is not`;
};

const YEARS_100 = 36_500;
const days = wholeNumber(1, YEARS_100);
const perKey = wholeNumber(1, 1_000_000);

/** The rule of each option, by its place in the options: for a host's options and for the server's variables alike. */
export const RULES = {
  production: trueOrFalse,
  'database.url': databaseUrl,
  'database.poolSize': wholeNumber(2, 500),
  'database.schema': schemaName,
  'encryption.key': encryptionKey,
  'encryption.previous': encryptionKey,
  'auth.authenticator': aFunction,
  'auth.jwtSecret': text,
  'auth.jwksUrl': url('https', 'http'),
  'auth.issuer': text,
  'auth.audience': text,
  'auth.cookieName': cookieName,
  recipients,
  allowedOrigins: listOf(origin),
  typesFile,
  shippedTypes: trueOrFalse,
  redisUrl: url('redis', 'rediss'),
  'webhooks.allowNetworks': listOf(network),
  'deliveries.retrySchedule': listOf(seconds),
  'webhooks.retrySchedule': listOf(seconds),
  'webhooks.timeoutMs': wholeNumber(100, 120_000),
  'email.smtpUrl': url('smtp', 'smtps'),
  'email.from': mailbox,
  'email.brand.name': text,
  'email.brand.logoUrl': url('https'),
  'email.brand.color': color,
  'email.footer': text,
  'email.connections': wholeNumber(1, 100),
  'email.perSecond': wholeNumber(1, 10_000),
  'email.render': aFunction,
  'push.publicKey': publicKeyProblem,
  'push.privateKey': privateKeyProblem,
  'push.subject': subjectProblem,
  publicUrl: place,
  appUrl: place,
  // 0 empties the trash every night.
  'retention.cleanupAfterDays': wholeNumber(0, YEARS_100),
  'retention.retentionDays': days,
  'retention.deliveriesDays': days,
  'retention.eventsDays': days,
  'rateLimit.perSecond': perKey,
  'rateLimit.burst': perKey,
} satisfies Record<string, Rule>;

/** What must be said, and in what form. */
const REQUIRED: Record<string, string> = {
  'database.url': 'a URL beginning with postgres://',
  'encryption.key': 'any text of at least 32 characters',
};

/** Everything that is missing or wrong, each as `<place>: <what is wrong>`. */
export function problemsOf(options: object): string[] {
  return Object.entries(RULES).flatMap(([place, rule]) => {
    const value = at(options, place);
    const wanted = REQUIRED[place];
    if (value === undefined) return wanted === undefined ? [] : [`${place}: is missing (${wanted})`];
    const problem = rule(value);
    return problem === undefined ? [] : [`${place}: ${problem}`];
  });
}

function at(options: object, place: string): unknown {
  return place
    .split('.')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], options);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : inspect(value, { depth: 0 });
}
