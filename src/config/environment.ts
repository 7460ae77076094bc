import { customCleanEnv, makeValidator, str } from 'envalid';
import { refuse } from './configuration-error.js';
import { completeBasePaths, DEFAULTS } from './defaults.js';
import { loadEnvFile } from './env-file.js';
import { misspelt, sayMisspelt } from './misspelt.js';
import type { BasePaths, CarillonOptions, NotificationType } from './options.js';
import {
  basePath,
  jwtSecretProblems,
  RULES,
  retentionProblems,
  scheduleProblems,
  wholeNumber,
  type Rule,
} from './rules.js';
import { readTypesFile } from './types-file.js';
import { vapidProblems } from './vapid.js';

/** What the standalone server is told beyond {@link CarillonOptions}. */
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

/** A variable whose text is read as a value, which is then held to its rule. */
const checked = <Value>(rule: Rule, parse: (input: string) => unknown = (input) => input) =>
  makeValidator<Value>((input) => {
    const value = parse(input);
    const problem = rule(value);
    if (problem !== undefined) throw new Error(problem);
    return value as Value;
  });

// What cannot be read stays as it came, and is refused by the rule.
const asNumber = (input: string) => (/^\d+$/.test(input) ? Number(input) : input);
const asSeconds = (input: string) => (/^\d+(\.\d+)?$/.test(input) ? Number(input) : input);

const asBoolean = (input: string) => ({ true: true, false: false })[input] ?? input;

const listed = (parse: (item: string) => unknown) => (input: string) =>
  input
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .map(parse);

const one = (rule: Rule) => checked<string>(rule);
const number = (rule: Rule) => checked<number>(rule, asNumber);
const texts = (rule: Rule) =>
  checked<string[]>(
    rule,
    listed((item) => item),
  );

const retrySchedule = checked<number[]>(RULES['deliveries.retrySchedule'], listed(asSeconds));

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

const variables = {
  NODE_ENV: str({ choices: MODES, default: 'development' }),
  HOST: str({ default: '127.0.0.1' }),
  PORT: number(wholeNumber(0, 65_535))({ default: 3000 }),
  LOG_LEVEL: str({ choices: LOG_LEVELS, default: 'log' }),
  CARILLON_DATA_DIR: str({ default: '.carillon' }),
  DATABASE_URL: one(RULES['database.url'])({ default: undefined }),
  DATABASE_POOL_SIZE: number(RULES['database.poolSize'])({ default: DEFAULTS.database.poolSize }),
  CARILLON_SCHEMA: one(RULES['database.schema'])({ default: DEFAULTS.database.schema }),
  JWT_SECRET: one(RULES['auth.jwtSecret'])({ default: undefined }),
  JWT_JWKS_URL: one(RULES['auth.jwksUrl'])({ default: undefined }),
  JWT_ISSUER: one(RULES['auth.issuer'])({ default: undefined }),
  JWT_AUDIENCE: one(RULES['auth.audience'])({ default: undefined }),
  JWT_COOKIE_NAME: one(RULES['auth.cookieName'])({ default: DEFAULTS.auth.cookieName }),
  ALLOWED_ORIGINS: texts(RULES.allowedOrigins)({ default: DEFAULTS.allowedOrigins }),
  ENCRYPTION_KEY: one(RULES['encryption.key'])({ default: undefined }),
  ENCRYPTION_KEY_PREVIOUS: one(RULES['encryption.previous'])({ default: undefined }),
  REDIS_URL: one(RULES.redisUrl)({ default: undefined }),
  NOTIFICATION_TYPES_FILE: makeValidator<NotificationType[]>(readTypesFile)({ default: undefined }),
  NOTIFICATION_TYPES_SHIPPED: checked<boolean>(
    RULES.shippedTypes,
    asBoolean,
  )({ default: DEFAULTS.shippedTypes }),
  INBOX_BASE_PATH: one(serverPath)({ default: DEFAULTS.basePaths.inbox }),
  SITES_BASE_PATH: one(serverPath)({ default: DEFAULTS.basePaths.sites }),
  WORKSPACE_BASE_PATH: one(serverPath)({ default: DEFAULTS.basePaths.workspace }),
  ACCOUNT_BASE_PATH: one(serverPath)({ default: DEFAULTS.basePaths.account }),
  WEBHOOKS_ALLOW_NETWORKS: texts(RULES['webhooks.allowNetworks'])({
    default: DEFAULTS.webhooks.allowNetworks,
  }),
  DELIVERIES_RETRY_SCHEDULE: retrySchedule({ default: undefined }),
  // Its former name.
  WEBHOOKS_RETRY_SCHEDULE: retrySchedule({ default: undefined }),
  WEBHOOKS_TIMEOUT_MS: number(RULES['webhooks.timeoutMs'])({ default: DEFAULTS.webhooks.timeoutMs }),
  SMTP_URL: one(RULES['email.smtpUrl'])({ default: undefined }),
  EMAIL_FROM: one(RULES['email.from'])({ default: undefined }),
  EMAIL_BRAND_NAME: one(RULES['email.brand.name'])({ default: DEFAULTS.email.brand.name }),
  EMAIL_BRAND_LOGO_URL: one(RULES['email.brand.logoUrl'])({ default: undefined }),
  EMAIL_BRAND_COLOR: one(RULES['email.brand.color'])({ default: DEFAULTS.email.brand.color }),
  EMAIL_FOOTER: one(RULES['email.footer'])({ default: undefined }),
  EMAIL_CONNECTIONS: number(RULES['email.connections'])({ default: DEFAULTS.email.connections }),
  EMAIL_PER_SECOND: number(RULES['email.perSecond'])({ default: DEFAULTS.email.perSecond }),
  VAPID_PUBLIC_KEY: one(RULES['push.publicKey'])({ default: undefined }),
  VAPID_PRIVATE_KEY: one(RULES['push.privateKey'])({ default: undefined }),
  VAPID_SUBJECT: one(RULES['push.subject'])({ default: undefined }),
  PUBLIC_URL: one(RULES.publicUrl)({ default: undefined }),
  APP_URL: one(RULES.appUrl)({ default: undefined }),
  CLEANUP_AFTER_DAYS: number(RULES['retention.cleanupAfterDays'])({
    default: DEFAULTS.retention.cleanupAfterDays,
  }),
  RETENTION_DAYS: number(RULES['retention.retentionDays'])({ default: undefined }),
  DELIVERIES_RETENTION_DAYS: number(RULES['retention.deliveriesDays'])({
    default: DEFAULTS.retention.deliveriesDays,
  }),
  EVENTS_RETENTION_DAYS: number(RULES['retention.eventsDays'])({ default: DEFAULTS.retention.eventsDays }),
  RATE_LIMIT_PER_SECOND: number(RULES['rateLimit.perSecond'])({ default: DEFAULTS.rateLimit.perSecond }),
  RATE_LIMIT_BURST: number(RULES['rateLimit.burst'])({ default: DEFAULTS.rateLimit.burst }),
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
  problems.push(...jwtSecretProblems({ production, jwtSecret: env.JWT_SECRET }, 'JWT_SECRET'));
  if (production && !given['ENCRYPTION_KEY']) {
    problems.push('ENCRYPTION_KEY: is required in production (any text of at least 32 characters)');
  }
  problems.push(
    ...vapidProblems(
      {
        publicKey: given['VAPID_PUBLIC_KEY'],
        privateKey: given['VAPID_PRIVATE_KEY'],
        subject: given['VAPID_SUBJECT'],
      },
      // Development has a subject of its own.
      production ? ['publicKey', 'privateKey', 'subject'] : ['publicKey', 'privateKey'],
      { publicKey: 'VAPID_PUBLIC_KEY', privateKey: 'VAPID_PRIVATE_KEY', subject: 'VAPID_SUBJECT' },
    ),
  );
  const suspects = misspelt(Object.keys(given), VARIABLE_NAMES, (name) => environment[name] !== undefined);
  // A process whose mode was meant to be set is not taken for one of development, which gives tokens to everybody.
  const warnings = suspects.map(sayMisspelt);
  if (production || suspects.some(({ meant }) => meant === 'NODE_ENV')) problems.push(...warnings);
  const retention = {
    cleanupAfterDays: env.CLEANUP_AFTER_DAYS,
    retentionDays: env.RETENTION_DAYS,
    deliveriesDays: env.DELIVERIES_RETENTION_DAYS,
    eventsDays: env.EVENTS_RETENTION_DAYS,
  };
  problems.push(
    ...retentionProblems(retention, {
      events: 'EVENTS_RETENTION_DAYS',
      deliveries: 'DELIVERIES_RETENTION_DAYS',
    }),
  );
  problems.push(
    ...scheduleProblems(
      { schedule: env.DELIVERIES_RETRY_SCHEDULE, former: env.WEBHOOKS_RETRY_SCHEDULE },
      { schedule: 'DELIVERIES_RETRY_SCHEDULE', former: 'WEBHOOKS_RETRY_SCHEDULE' },
    ),
  );
  const paths: (string | undefined)[] = [
    env.INBOX_BASE_PATH,
    env.SITES_BASE_PATH,
    env.WORKSPACE_BASE_PATH,
    env.ACCOUNT_BASE_PATH,
  ];
  const [inbox, sites, workspace, account] = paths;
  const basePaths = completeBasePaths({ inbox, sites, workspace, account });
  if (!paths.includes(undefined)) problems.push(...checkBasePaths(basePaths));
  refuse(problems, 'The configuration is not right:');

  return {
    host: env.HOST,
    port: env.PORT,
    dataDir: env.CARILLON_DATA_DIR,
    logLevel: env.LOG_LEVEL,
    warnings,
    databaseUrl: env.DATABASE_URL,
    options: {
      production,
      database: { poolSize: env.DATABASE_POOL_SIZE, schema: env.CARILLON_SCHEMA },
      auth: {
        jwtSecret: env.JWT_SECRET,
        jwksUrl: env.JWT_JWKS_URL,
        issuer: env.JWT_ISSUER,
        audience: env.JWT_AUDIENCE,
        cookieName: env.JWT_COOKIE_NAME,
      },
      basePaths,
      deliveries: {
        retrySchedule:
          env.DELIVERIES_RETRY_SCHEDULE ?? env.WEBHOOKS_RETRY_SCHEDULE ?? DEFAULTS.deliveries.retrySchedule,
      },
      webhooks: {
        allowNetworks: env.WEBHOOKS_ALLOW_NETWORKS,
        timeoutMs: env.WEBHOOKS_TIMEOUT_MS,
      },
      email: {
        smtpUrl: env.SMTP_URL,
        from: env.EMAIL_FROM,
        brand: {
          name: env.EMAIL_BRAND_NAME,
          logoUrl: env.EMAIL_BRAND_LOGO_URL,
          color: env.EMAIL_BRAND_COLOR,
        },
        footer: env.EMAIL_FOOTER,
        connections: env.EMAIL_CONNECTIONS,
        perSecond: env.EMAIL_PER_SECOND,
      },
      push: {
        publicKey: env.VAPID_PUBLIC_KEY,
        privateKey: env.VAPID_PRIVATE_KEY,
        subject: env.VAPID_SUBJECT,
      },
      publicUrl: env.PUBLIC_URL ?? (production ? undefined : `http://${env.HOST}:${env.PORT}`),
      appUrl: env.APP_URL,
      retention,
      encryption: { key: env.ENCRYPTION_KEY, previous: env.ENCRYPTION_KEY_PREVIOUS },
      allowedOrigins: env.ALLOWED_ORIGINS,
      types: env.NOTIFICATION_TYPES_FILE,
      shippedTypes: env.NOTIFICATION_TYPES_SHIPPED,
      redisUrl: env.REDIS_URL,
      rateLimit: { perSecond: env.RATE_LIMIT_PER_SECOND, burst: env.RATE_LIMIT_BURST },
    },
  };
}
