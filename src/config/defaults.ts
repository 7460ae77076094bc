import { refuse } from './configuration-error.js';
import type {
  AuthOptions,
  BasePaths,
  CarillonOptions,
  DeliveryOptions,
  EmailBrand,
  EmailOptions,
  PushOptions,
  RetentionOptions,
  WebhookOptions,
} from './options.js';
import {
  basePath,
  jwtSecretProblems,
  problemsOf,
  retentionProblems,
  RULES,
  scheduleProblems,
} from './rules.js';
import { typesProblems } from './type-rules.js';
import { vapidProblems } from './vapid.js';

/** What is left out has its default, and so has what is undefined: a variable of the environment that is not set. */
type Given<Options> = { [Name in keyof Options]?: Options[Name] | undefined };

/** What a host application says; the rest has the defaults of `.env.example`. */
export interface HostOptions extends Given<
  Omit<
    CarillonOptions,
    | 'database'
    | 'auth'
    | 'deliveries'
    | 'webhooks'
    | 'email'
    | 'push'
    | 'retention'
    | 'encryption'
    | 'basePaths'
    | 'rateLimit'
  >
> {
  /**
   * `url` is required, a `postgres://` URL; `poolSize` is the most connections, from 2 to 500; `schema` is the one that
   * holds Carillon's tables, `carillon` unless another is named.
   */
  database: { url: string | undefined; poolSize?: number | undefined; schema?: string | undefined };
  /** Encrypts webhook secrets and e-mail addresses at rest: `key` is required, any text of at least 32 characters. */
  encryption: { key: string | undefined; previous?: string | undefined };
  auth?: Given<AuthOptions> | undefined;
  deliveries?: Given<DeliveryOptions> | undefined;
  webhooks?:
    | Given<
        WebhookOptions & {
          /** @deprecated the former name of `deliveries.retrySchedule` */
          retrySchedule: number[];
        }
      >
    | undefined;
  push?: Given<PushOptions> | undefined;
  email?: (Given<Omit<EmailOptions, 'brand'>> & { brand?: Given<EmailBrand> | undefined }) | undefined;
  retention?: Given<RetentionOptions> | undefined;
  rateLimit?: Given<CarillonOptions['rateLimit']> | undefined;
}

/** Which of the contracts' routes a host has, and where: what is left out is at its default, `false` is none. */
export type GivenContracts = Given<BasePaths> | false | undefined;

/** What holds where nothing is said: for a host application and, as `.env.example` has it, for the server. */
export const DEFAULTS = {
  production: true,
  allowedOrigins: [] as string[],
  shippedTypes: true,
  rateLimit: { perSecond: 10_000, burst: 20_000 },
  database: { poolSize: 10, schema: 'carillon' },
  auth: { cookieName: 'token' },
  deliveries: {
    /** Standard Webhooks' schedule: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h after the first attempt. */
    retrySchedule: [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400],
  },
  webhooks: { allowNetworks: [] as string[], timeoutMs: 15_000 },
  push: {} as Partial<PushOptions>,
  email: {
    brand: { name: 'Carillon', color: '#1d4ed8' },
    /** As many as nodemailer's own pool has. */
    connections: 5,
    /** What the smallest plans of providers take. */
    perSecond: 10,
  },
  retention: { cleanupAfterDays: 90, deliveriesDays: 30, eventsDays: 90 },
  basePaths: { inbox: '/v1', sites: '/api/v1', workspace: '/api', account: '/account/api' },
};

/**
 * A host's options, completed.
 * @param contracts the routes that the host has: with any, somebody must say who the user is
 * @throws ConfigurationError naming every option that is missing or wrong
 */
export function completeOptions(
  host: HostOptions,
  contracts: GivenContracts = false,
): Omit<CarillonOptions, 'basePaths'> {
  const { retrySchedule: formerSchedule, ...webhooks } = host.webhooks ?? {};
  const formerProblem = formerSchedule && RULES['deliveries.retrySchedule'](formerSchedule);
  const options = {
    ...DEFAULTS,
    ...given(host),
    database: { ...DEFAULTS.database, ...given(host.database) },
    encryption: given(host.encryption),
    auth: { ...DEFAULTS.auth, ...given(host.auth) },
    deliveries: {
      ...DEFAULTS.deliveries,
      ...(formerProblem === undefined && given({ retrySchedule: formerSchedule })),
      ...given(host.deliveries),
    },
    webhooks: { ...DEFAULTS.webhooks, ...given(webhooks) },
    push: given(host.push),
    email: {
      ...DEFAULTS.email,
      ...given(host.email),
      brand: { ...DEFAULTS.email.brand, ...given(host.email?.brand) },
    },
    retention: { ...DEFAULTS.retention, ...given(host.retention) },
    rateLimit: { ...DEFAULTS.rateLimit, ...given(host.rateLimit) },
  };
  const problems = [
    ...misplaced(host),
    ...problemsOf(options),
    ...(formerProblem === undefined ? [] : [`webhooks.retrySchedule: ${formerProblem}`]),
    ...scheduleProblems(
      { schedule: host.deliveries?.retrySchedule, former: formerSchedule },
      { schedule: 'deliveries.retrySchedule', former: 'webhooks.retrySchedule' },
    ),
    ...vapidProblems(options.push, ['publicKey', 'privateKey', 'subject'], {
      publicKey: 'push.publicKey',
      privateKey: 'push.privateKey',
      subject: 'push.subject',
    }),
    ...typesProblems(options.types ?? []),
    ...jwtSecretProblems(
      { production: options.production, jwtSecret: options.auth.jwtSecret },
      'auth.jwtSecret',
    ),
    ...retentionProblems(options.retention, {
      events: 'retention.eventsDays',
      deliveries: 'retention.deliveriesDays',
    }),
    ...(contracts === false ? [] : [...signInProblems(options.auth), ...pathProblems(contracts)]),
  ];
  refuse(problems, "Carillon's options are not right:");
  // What is required is there now.
  return options as typeof options & Pick<CarillonOptions, 'database' | 'encryption'>;
}

/** Base paths, completed. */
export function completeBasePaths(contracts: GivenContracts = {}): BasePaths {
  const paths = { ...DEFAULTS.basePaths, ...given(contracts || {}) };
  return Object.fromEntries(
    Object.entries(paths).map(([name, path]) => [name, withoutEndSlash(path)]),
  ) as unknown as BasePaths;
}

export function withoutEndSlash(path: string): string {
  return path.length > 1 ? path.replace(/\/$/, '') : path;
}

function signInProblems({ authenticator, jwtSecret, jwksUrl }: Given<AuthOptions>): string[] {
  if ([authenticator, jwtSecret, jwksUrl].some((way) => way !== undefined)) return [];
  return [
    'auth.jwtSecret, auth.jwksUrl or auth.authenticator: one of them is required, because the routes must know who ' +
      'the user is (contracts: false brings no routes)',
  ];
}

/** `forRootAsync` takes these beside its factory; said by the factory, they would have no effect. */
function misplaced(host: object): string[] {
  return ['contracts', 'serve', 'channels']
    .filter((name) => name in host)
    .map((name) => `${name}: belongs beside the factory, because routes are known before it is called`);
}

function pathProblems(contracts: GivenContracts): string[] {
  return Object.entries(given(contracts || {})).flatMap(([name, path]) => {
    const problem = name in DEFAULTS.basePaths ? basePath(path) : 'is not a contract';
    return problem === undefined ? [] : [`contracts.${name}: ${problem}`];
  });
}

/** What was said, without what is undefined: it would hide the default. */
function given<Part extends object>(
  part: Part | undefined,
): { [Name in keyof Part]: Exclude<Part[Name], undefined> } {
  const said = Object.entries(part ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said) as { [Name in keyof Part]: Exclude<Part[Name], undefined> };
}
