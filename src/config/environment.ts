import { existsSync } from 'node:fs';
import { customCleanEnv, makeValidator, str } from 'envalid';
import ipaddr from 'ipaddr.js';
import { parseUrl } from '../common/url.js';
import type { BasePaths, CarillonOptions, NotificationType } from './options.js';
import { readTypesFile } from './types-file.js';

/** What the standalone server is told beyond {@link CarillonOptions}. */
export interface ServerConfig {
  host: string;
  port: number;
  /** Where the embedded PostgreSQL and development secrets live. */
  dataDir: string;
  logLevel: LogLevel;
  /** Undefined: the embedded PostgreSQL is started. */
  databaseUrl?: string;
  /** Complete but for the secrets that development mode makes by itself, and the database's URL. */
  options: Omit<CarillonOptions, 'database' | 'encryption'> & {
    database: { poolSize: number };
    encryption: { key?: string; previous?: string };
  };
}

/** Closed: `prod` would be development mode, whose demo gives tokens to everybody. */
const MODES = ['development', 'test', 'production'] as const;

const LOG_LEVELS = ['error', 'warn', 'log', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The environment is wrong: the message names every wrong or missing variable at once. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

const wholeNumber = (least: number, most: number) =>
  makeValidator<number>((input) => {
    const value = Number(input);
    if (!/^\d+$/.test(input) || value < least || value > most) {
      throw new Error(`must be a whole number from ${least} to ${most}, not "${input}"`);
    }
    return value;
  });

const urlOf = (...protocols: string[]) =>
  makeValidator<string>((input) => {
    const wanted = protocols.map((name) => `${name}://`).join(' or ');
    // The value is not repeated: a database's URL holds a password.
    const url = parseUrl(input);
    if (!url) throw new Error(`must be a URL beginning with ${wanted}`);
    if (!protocols.includes(url.protocol.slice(0, -1))) {
      throw new Error(`must begin with ${wanted}`);
    }
    return input;
  });

const listOf = <T>(parse: (item: string) => T) =>
  makeValidator<T[]>((input) =>
    input
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
      .map(parse),
  );

/** What the server itself answers, by the first segment of its paths. */
const OWN_PAGES = new Map([
  ['docs', 'the documentation'],
  ['openapi', 'the OpenAPI documents'],
  ['carillon', 'the browser files'],
  ['demo', 'the demo'],
  ['health', 'the health check'],
]);

const basePath = makeValidator<string>((input) => {
  const segments = input.split('/');
  // Clients take dots out of a path before they send it: such a route could not be asked for.
  const dots = segments.some((segment) => segment === '.' || segment === '..');
  if (dots || !/^(\/[A-Za-z0-9._~-]+)*\/?$/.test(input) || !input.startsWith('/')) {
    throw new Error(`must be a path such as "/api/v1", not "${input}"`);
  }
  const [, first = ''] = segments;
  const page = OWN_PAGES.get(first);
  if (page) throw new Error(`"${input}" would collide with ${page} at /${first}: choose another base path`);
  return input.length > 1 ? input.replace(/\/$/, '') : input;
});

const origins = listOf((item) => {
  if (parseUrl(item)?.origin !== item || !/^https?:/.test(item)) {
    throw new Error(
      `"${item}" is not an origin such as "https://app.example.com" (no path, no trailing slash)`,
    );
  }
  return item;
});

const networks = listOf((item) => {
  if (!ipaddr.isValidCIDR(item)) throw new Error(`"${item}" is not a network such as "10.0.0.0/8"`);
  return item;
});

const seconds = listOf((item) => {
  if (!/^\d{1,7}(\.\d+)?$/.test(item)) throw new Error(`"${item}" is not a number of seconds`);
  return Number(item);
});

/** Characters. RFC 7518, section 3.2: a key for HS256 has at least the 256 bits of its hash. */
const LEAST_SECRET = 32;

const secret = makeValidator<string>((input) => {
  if (input.length < LEAST_SECRET) throw new Error(`must be at least ${LEAST_SECRET} characters long`);
  return input;
});

/** Standard Webhooks' schedule: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h after the first attempt. */
export const DEFAULT_RETRY_SCHEDULE = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

export const DEFAULT_BASE_PATHS: BasePaths = {
  inbox: '/v1',
  sites: '/api/v1',
  workspace: '/api',
  account: '/account/api',
};

const YEARS_100 = 36_500;

const variables = {
  NODE_ENV: str({ choices: MODES, default: 'development' }),
  HOST: str({ default: '127.0.0.1' }),
  PORT: wholeNumber(0, 65_535)({ default: 3000 }),
  LOG_LEVEL: str({ choices: LOG_LEVELS, default: 'log' }),
  CARILLON_DATA_DIR: str({ default: '.carillon' }),
  DATABASE_URL: urlOf('postgres', 'postgresql')({ default: undefined }),
  DATABASE_POOL_SIZE: wholeNumber(2, 500)({ default: 10 }),
  JWT_SECRET: str({ default: undefined }),
  JWT_JWKS_URL: urlOf('https', 'http')({ default: undefined }),
  JWT_ISSUER: str({ default: undefined }),
  JWT_AUDIENCE: str({ default: undefined }),
  JWT_COOKIE_NAME: makeValidator<string>((input) => {
    if (!/^[\w!#$%&'*.^`|~+-]+$/.test(input)) throw new Error(`"${input}" is not a cookie name`);
    return input;
  })({ default: 'token' }),
  ALLOWED_ORIGINS: origins({ default: [] }),
  ENCRYPTION_KEY: secret({ default: undefined }),
  ENCRYPTION_KEY_PREVIOUS: secret({ default: undefined }),
  REDIS_URL: urlOf('redis', 'rediss')({ default: undefined }),
  NOTIFICATION_TYPES_FILE: makeValidator<NotificationType[]>(readTypesFile)({ default: undefined }),
  INBOX_BASE_PATH: basePath({ default: DEFAULT_BASE_PATHS.inbox }),
  SITES_BASE_PATH: basePath({ default: DEFAULT_BASE_PATHS.sites }),
  WORKSPACE_BASE_PATH: basePath({ default: DEFAULT_BASE_PATHS.workspace }),
  ACCOUNT_BASE_PATH: basePath({ default: DEFAULT_BASE_PATHS.account }),
  WEBHOOKS_ALLOW_NETWORKS: networks({ default: [] }),
  WEBHOOKS_RETRY_SCHEDULE: seconds({ default: DEFAULT_RETRY_SCHEDULE }),
  WEBHOOKS_TIMEOUT_MS: wholeNumber(100, 120_000)({ default: 15_000 }),
  CLEANUP_AFTER_DAYS: wholeNumber(0, YEARS_100)({ default: 90 }),
  RETENTION_DAYS: wholeNumber(1, YEARS_100)({ default: undefined }),
  DELIVERIES_RETENTION_DAYS: wholeNumber(1, YEARS_100)({ default: 30 }),
  EVENTS_RETENTION_DAYS: wholeNumber(1, YEARS_100)({ default: 90 }),
  RATE_LIMIT_PER_SECOND: wholeNumber(1, 1_000_000)({ default: 10_000 }),
  RATE_LIMIT_BURST: wholeNumber(1, 1_000_000)({ default: 20_000 }),
};

/** The names of all variables, for the test that holds `.env.example` to them. */
export const VARIABLE_NAMES = Object.keys(variables);

/** What is wrong with base paths that are right one by one: what routes there are, is not known here. */
type BasePathCheck = (basePaths: BasePaths) => string[];

/** The configuration of this process: its environment, and a `.env` file in its folder for what that leaves open. */
export function loadConfig(checkBasePaths?: BasePathCheck): ServerConfig {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return readEnvironment(process.env, checkBasePaths);
}

/**
 * Reads and checks an environment, and the files that it names.
 * @throws ConfigurationError naming every wrong or missing variable
 */
export function readEnvironment(
  environment: NodeJS.ProcessEnv,
  checkBasePaths: BasePathCheck = () => [],
): ServerConfig {
  const problems: string[] = [];
  // `.env` files set what they leave open to the empty string: that is "not set".
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  // Without envalid's guard, which throws when it is asked for a variable that is wrong: here that is undefined.
  const env = customCleanEnv(given, variables, (cleaned) => cleaned, {
    reporter: ({ errors }) => {
      for (const [name, error] of Object.entries(errors)) {
        problems.push(`${name}: ${(error as Error).message}`);
      }
    },
  });

  const production = env.NODE_ENV === 'production';
  // What is given and wrong is not missing.
  if (production && !given['JWT_SECRET'] && !given['JWT_JWKS_URL']) {
    problems.push('JWT_SECRET or JWT_JWKS_URL: one of them is required in production');
  }
  if (production && env.JWT_SECRET !== undefined && env.JWT_SECRET.length < LEAST_SECRET) {
    problems.push(`JWT_SECRET: must be at least ${LEAST_SECRET} characters long in production`);
  }
  if (production && !given['ENCRYPTION_KEY']) {
    problems.push('ENCRYPTION_KEY: is required in production (any text of at least 32 characters)');
  }
  if (env.EVENTS_RETENTION_DAYS < env.DELIVERIES_RETENTION_DAYS) {
    problems.push(
      'EVENTS_RETENTION_DAYS: must be at least DELIVERIES_RETENTION_DAYS, because deliveries say what their event says',
    );
  }
  const basePaths: BasePaths = {
    inbox: env.INBOX_BASE_PATH,
    sites: env.SITES_BASE_PATH,
    workspace: env.WORKSPACE_BASE_PATH,
    account: env.ACCOUNT_BASE_PATH,
  };
  if (!Object.values(basePaths).includes(undefined)) problems.push(...checkBasePaths(basePaths));
  if (problems.length > 0) {
    throw new ConfigurationError(
      `The configuration is not right:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
  }

  return {
    host: env.HOST,
    port: env.PORT,
    dataDir: env.CARILLON_DATA_DIR,
    logLevel: env.LOG_LEVEL,
    databaseUrl: env.DATABASE_URL,
    options: {
      production,
      database: { poolSize: env.DATABASE_POOL_SIZE },
      auth: {
        jwtSecret: env.JWT_SECRET,
        jwksUrl: env.JWT_JWKS_URL,
        issuer: env.JWT_ISSUER,
        audience: env.JWT_AUDIENCE,
        cookieName: env.JWT_COOKIE_NAME,
      },
      basePaths,
      webhooks: {
        allowNetworks: env.WEBHOOKS_ALLOW_NETWORKS,
        retrySchedule: env.WEBHOOKS_RETRY_SCHEDULE,
        timeoutMs: env.WEBHOOKS_TIMEOUT_MS,
      },
      retention: {
        cleanupAfterDays: env.CLEANUP_AFTER_DAYS,
        retentionDays: env.RETENTION_DAYS,
        deliveriesDays: env.DELIVERIES_RETENTION_DAYS,
        eventsDays: env.EVENTS_RETENTION_DAYS,
      },
      encryption: { key: env.ENCRYPTION_KEY, previous: env.ENCRYPTION_KEY_PREVIOUS },
      allowedOrigins: env.ALLOWED_ORIGINS,
      types: env.NOTIFICATION_TYPES_FILE,
      redisUrl: env.REDIS_URL,
      rateLimit: { perSecond: env.RATE_LIMIT_PER_SECOND, burst: env.RATE_LIMIT_BURST },
    },
  };
}
