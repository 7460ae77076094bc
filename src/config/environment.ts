import { isIPv6 } from 'node:net';
import { customCleanEnv, makeValidator, str } from 'envalid';
import { own } from '../common/own.js';
import { parseUrl } from '../common/url.js';
import { refuse } from './configuration-error.js';
import { completeBasePaths, jointProblems, withDefaults, type HostOptions } from './defaults.js';
import { loadEnvFile } from './env-file.js';
import { misspelt, sayMisspelt } from './misspelt.js';
import type { BasePaths, CarillonOptions } from './options.js';
import { basePath, RULES, wholeNumber, type Rule } from './rules.js';
import { readTypesFile } from './types-file.js';

/** What the standalone server knows beyond {@link CarillonOptions}. */
export interface ServerConfig {
  host: string;
  port: number;
  /** Where the embedded PostgreSQL and development secrets live. */
  dataDir: string;
  logLevel: LogLevel;
  /** What is most likely a mistake, and may be none: to be logged. */
  warnings: string[];
  /** Undefined: the embedded PostgreSQL is started. */
  databaseUrl?: string;
  /** Complete but for the secrets that development mode makes by itself, and the database's URL. */
  options: Omit<CarillonOptions, 'database' | 'encryption'> & {
    database: { poolSize: number; schema: string };
    encryption: { key?: string; previous?: string };
  };
}

/** Closed: `prod` would be development mode, whose demo gives tokens to everybody. */
const MODES = ['development', 'test', 'production'] as const;

const LOG_LEVELS = ['error', 'warn', 'log', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

// What cannot be read stays as it came, and is refused by the rule.
const asNumber = (input: string) => (/^\d+$/.test(input) ? Number(input) : input);
const asSeconds = (input: string) => (/^\d+(\.\d+)?$/.test(input) ? Number(input) : input);
const asBoolean = (input: string) => own({ true: true, false: false }, input) ?? input;
const asList = (input: string) =>
  input
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
const asSchedule = (input: string) => asList(input).map(asSeconds);

/** What the server itself answers, by the first segment of its paths. A host application has none of it. */
const OWN_PAGES = new Map([
  ['docs', 'the documentation'],
  ['openapi', 'the OpenAPI documents'],
  ['carillon', 'the browser files'],
  ['demo', 'the demo'],
  ['health', 'the health check'],
]);

const serverPath: Rule = (value) => {
  const problem = basePath(value);
  if (problem !== undefined) return problem;
  const [, first = ''] = String(value).split('/');
  const page = OWN_PAGES.get(first);
  return page && `"${String(value)}" would collide with ${page} at /${first}: choose another base path`;
};

type Option = keyof typeof RULES | `basePaths.${keyof BasePaths}` | 'types';

/** The option that each variable sets, whose rule holds for it and whose default it has, and how its text is read. */
const OPTIONS: Record<string, [option: Option, read?: (input: string) => unknown]> = {
  DATABASE_URL: ['database.url'],
  DATABASE_POOL_SIZE: ['database.poolSize', asNumber],
  CARILLON_SCHEMA: ['database.schema'],
  JWT_SECRET: ['auth.jwtSecret'],
  JWT_JWKS_URL: ['auth.jwksUrl'],
  JWT_ISSUER: ['auth.issuer'],
  JWT_AUDIENCE: ['auth.audience'],
  JWT_COOKIE_NAME: ['auth.cookieName'],
  ALLOWED_ORIGINS: ['allowedOrigins', asList],
  ENCRYPTION_KEY: ['encryption.key'],
  ENCRYPTION_KEY_PREVIOUS: ['encryption.previous'],
  REDIS_URL: ['redisUrl'],
  NOTIFICATION_TYPES_FILE: ['types', readTypesFile],
  NOTIFICATION_TYPES_SHIPPED: ['shippedTypes', asBoolean],
  INBOX_BASE_PATH: ['basePaths.inbox'],
  SITES_BASE_PATH: ['basePaths.sites'],
  WORKSPACE_BASE_PATH: ['basePaths.workspace'],
  ACCOUNT_BASE_PATH: ['basePaths.account'],
  WEBHOOKS_ALLOW_NETWORKS: ['webhooks.allowNetworks', asList],
  DELIVERIES_RETRY_SCHEDULE: ['deliveries.retrySchedule', asSchedule],
  // Its former name.
  WEBHOOKS_RETRY_SCHEDULE: ['webhooks.retrySchedule', asSchedule],
  WEBHOOKS_TIMEOUT_MS: ['webhooks.timeoutMs', asNumber],
  SMTP_URL: ['email.smtpUrl'],
  EMAIL_FROM: ['email.from'],
  EMAIL_BRAND_NAME: ['email.brand.name'],
  EMAIL_BRAND_LOGO_URL: ['email.brand.logoUrl'],
  EMAIL_BRAND_COLOR: ['email.brand.color'],
  EMAIL_FOOTER: ['email.footer'],
  EMAIL_CONNECTIONS: ['email.connections', asNumber],
  EMAIL_PER_SECOND: ['email.perSecond', asNumber],
  VAPID_PUBLIC_KEY: ['push.publicKey'],
  VAPID_PRIVATE_KEY: ['push.privateKey'],
  VAPID_SUBJECT: ['push.subject'],
  PUBLIC_URL: ['publicUrl'],
  APP_URL: ['appUrl'],
  CLEANUP_AFTER_DAYS: ['retention.cleanupAfterDays', asNumber],
  RETENTION_DAYS: ['retention.retentionDays', asNumber],
  DELIVERIES_RETENTION_DAYS: ['retention.deliveriesDays', asNumber],
  EVENTS_RETENTION_DAYS: ['retention.eventsDays', asNumber],
  RATE_LIMIT_PER_SECOND: ['rateLimit.perSecond', asNumber],
  RATE_LIMIT_BURST: ['rateLimit.burst', asNumber],
};

/** A variable whose text is read as a value, which is then held to its rule. */
const checked = <Value>(rule: Rule | undefined, read: (input: string) => unknown = (input) => input) =>
  makeValidator<Value>((input) => {
    const value = read(input);
    const problem = rule?.(value);
    if (problem !== undefined) throw new Error(problem);
    return value as Value;
  });

const rules: Partial<Record<Option, Rule>> = RULES;
const ruleOf = (option: Option) => (option.startsWith('basePaths.') ? serverPath : rules[option]);

const variables = {
  NODE_ENV: str({ choices: MODES, default: 'development' }),
  HOST: str({ default: '127.0.0.1' }),
  PORT: checked<number>(wholeNumber(0, 65_535), asNumber)({ default: 3000 }),
  LOG_LEVEL: str({ choices: LOG_LEVELS, default: 'log' }),
  CARILLON_DATA_DIR: str({ default: '.carillon' }),
  ...Object.fromEntries(
    Object.entries(OPTIONS).map(([name, [option, read]]) => [
      name,
      checked<unknown>(ruleOf(option), read)({ default: undefined }),
    ]),
  ),
};

/** The names of all variables, for the test that holds `.env.example` to them. */
export const VARIABLE_NAMES = Object.keys(variables);

/** What is wrong with base paths that are right one by one: what routes there are, is not known here. */
type BasePathCheck = (basePaths: BasePaths) => string[];

/** The configuration of this process: its environment, and a `.env` file in its folder for what that leaves open. */
export function loadConfig(checkBasePaths?: BasePathCheck): ServerConfig {
  loadEnvFile('.env');
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
  // `.env` files set what they leave open to the empty string: that is "not set".
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  let wrong: [name: string, error: Error | undefined][] = [];
  // Without envalid's guard, which throws when it is asked for a variable that is wrong: here that is undefined.
  const env = customCleanEnv(given, variables, (cleaned) => cleaned, {
    reporter: ({ errors }) => (wrong = Object.entries(errors)),
  });
  const problems = wrong.map(([name, error]) => `${name}: ${error?.message}`);

  const production = env.NODE_ENV === 'production';
  // What is given and wrong is not missing.
  if (production && !given['JWT_SECRET'] && !given['JWT_JWKS_URL']) {
    problems.push('JWT_SECRET or JWT_JWKS_URL: one of them is required in production');
  }
  if (production && !given['ENCRYPTION_KEY']) {
    problems.push('ENCRYPTION_KEY: is required in production (any text of at least 32 characters)');
  }
  const suspects = misspelt(Object.keys(given), VARIABLE_NAMES, (name) => environment[name] !== undefined);
  // A process whose mode was meant to be set is not taken for one of development, which gives tokens to everybody.
  const warnings = suspects.map(sayMisspelt);
  if (production || suspects.some(({ meant }) => meant === 'NODE_ENV')) problems.push(...warnings);
  const said = { production } as HostOptions & { basePaths: BasePaths };
  const values: Record<string, unknown> = { ...given, ...env };
  for (const [name, [option]] of Object.entries(OPTIONS)) setAt(said, option, values[name]);
  // Development has a subject of its own.
  problems.push(...jointProblems(said, withDefaults(said), production, variableOf));
  const basePaths = completeBasePaths(said.basePaths);
  if (!wrong.some(([name]) => name.endsWith('_BASE_PATH'))) problems.push(...checkBasePaths(basePaths));
  refuse(problems, 'The configuration is not right:');

  const { PORT: port, HOST: host } = env;
  // What cannot be listened on is said when it is tried.
  const own = parseUrl(`http://${isIPv6(host) ? `[${host}]` : host}:${port}`)?.origin;
  const publicUrl = said.publicUrl ?? (production ? undefined : own);
  return {
    host,
    port,
    dataDir: env.CARILLON_DATA_DIR,
    logLevel: env.LOG_LEVEL,
    warnings,
    databaseUrl: said.database.url,
    options: { ...withDefaults(said), basePaths, publicUrl } as ServerConfig['options'],
  };
}

/** The variable that sets an option. */
function variableOf(option: string): string {
  return Object.keys(OPTIONS).find((name) => OPTIONS[name]?.[0] === option) ?? option;
}

function setAt(options: object, place: string, value: unknown): void {
  const [name, ...rest] = place.split('.') as [string, ...string[]];
  const part = options as Record<string, object | undefined>;
  if (rest.length > 0) setAt((part[name] ??= {}), rest.join('.'), value);
  else Object.assign(part, { [name]: value });
}
