import { isJsonObject } from '../common/json.js';
import { refuse } from './configuration-error.js';
import type {
  AuthOptions,
  BasePaths,
  CarillonOptions,
  EmailBrand,
  EmailOptions,
  PushOptions,
  WebhookOptions,
} from './options.js';
import { basePath, LEAST_SECRET, problemsOf } from './rules.js';
import { typesProblems } from './type-rules.js';
import { vapidProblems } from './vapid.js';

/** What is left out has its default, and so has what is undefined: a variable of the environment that is not set. */
type Given<Options> = { [Name in keyof Options]?: Options[Name] | undefined };

type Parts = Pick<
  CarillonOptions,
  'auth' | 'deliveries' | 'webhooks' | 'email' | 'push' | 'retention' | 'rateLimit'
>;

/** What a host application says; the rest has the defaults of `.env.example`. */
export interface HostOptions
  extends
    Given<Omit<CarillonOptions, keyof Parts | 'database' | 'encryption' | 'basePaths'>>,
    Given<{ [Name in Exclude<keyof Parts, 'email' | 'webhooks'>]: Given<Parts[Name]> }> {
  /**
   * `url` is required, a `postgres://` URL; `poolSize` is the most connections, from 2 to 500; `schema` is the one that
   * holds Carillon's tables, `carillon` unless another is named.
   */
  database: { url: string | undefined; poolSize?: number | undefined; schema?: string | undefined };
  /** Encrypts webhook secrets and e-mail addresses at rest: `key` is required, any text of at least 32 characters. */
  encryption: { key: string | undefined; previous?: string | undefined };
  webhooks?:
    | Given<
        WebhookOptions & {
          /** @deprecated the former name of `deliveries.retrySchedule` */
          retrySchedule: number[];
        }
      >
    | undefined;
  email?: (Given<Omit<EmailOptions, 'brand'>> & { brand?: Given<EmailBrand> | undefined }) | undefined;
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
  encryption: {},
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

/** Options with the defaults for what was not said. What is required may be missing, and anything wrong. */
export function withDefaults(host: HostOptions): Omit<CarillonOptions, 'basePaths'> {
  const { retrySchedule, ...webhooks } = host.webhooks ?? {};
  const deliveries = { ...given({ retrySchedule }), ...given(host.deliveries) };
  return merged(DEFAULTS, { ...host, webhooks, deliveries }) as Omit<CarillonOptions, 'basePaths'>;
}

function merged(defaults: object, said: object | null | undefined): Record<string, unknown> {
  const all: Record<string, unknown> = { ...defaults, ...given(said ?? {}) };
  for (const [name, part] of Object.entries(defaults)) {
    if (isJsonObject(part)) all[name] = merged(part, (said as Record<string, object> | undefined)?.[name]);
  }
  return all;
}

/**
 * A host's options, completed.
 * @param contracts the routes that the host has: with any, there must be a way to know who the user is
 * @throws ConfigurationError naming every option that is missing or wrong
 */
export function completeOptions(
  host: HostOptions,
  contracts: GivenContracts = false,
): Omit<CarillonOptions, 'basePaths'> {
  const options = withDefaults(host);
  const problems = [
    ...misplaced(host),
    ...problemsOf(host),
    ...jointProblems(host, options, true, (option) => option),
    ...typesProblems(options.types ?? []),
    ...(contracts === false ? [] : [...signInProblems(options.auth), ...pathProblems(contracts)]),
  ];
  refuse(problems, "Carillon's options are not right:");
  return options;
}

/**
 * What is wrong with options that are right one by one.
 * @param said as they were set; one that is wrong by itself is not missing
 * @param options the same with their defaults
 * @param needsSubject whether keys for pushes need one
 * @param nameOf the name by which an option was set
 */
export function jointProblems(
  said: HostOptions,
  { production, auth, retention }: Pick<CarillonOptions, 'production' | 'auth' | 'retention'>,
  needsSubject: boolean,
  nameOf: (option: string) => string,
): string[] {
  const problem = (option: string, message: string) => `${nameOf(option)}: ${message}`;
  const problems: string[] = [];
  const { eventsDays, deliveriesDays } = retention;
  if (Number(eventsDays) < Number(deliveriesDays)) {
    const least = `must be at least ${nameOf('retention.deliveriesDays')}`;
    problems.push(problem('retention.eventsDays', `${least}, because deliveries say what their event says`));
  }
  // The schedule had the webhooks' name before it was every channel's: one of the two names is enough.
  const schedule = said.deliveries?.retrySchedule;
  const former = said.webhooks?.retrySchedule;
  if (Array.isArray(schedule) && Array.isArray(former) && String(schedule) !== String(former)) {
    const other = `${nameOf('webhooks.retrySchedule')}, its former name, says something else`;
    problems.push(problem('deliveries.retrySchedule', `${other}: keep one of them`));
  }
  // A secret that can be guessed lets anyone sign tokens; on a developer's machine it may be short.
  const { jwtSecret } = auth;
  if (production && typeof jwtSecret === 'string' && jwtSecret !== '' && jwtSecret.length < LEAST_SECRET) {
    const least = `must be at least ${LEAST_SECRET} characters long in production`;
    problems.push(problem('auth.jwtSecret', least));
  }
  return [...problems, ...vapidProblems(said.push ?? {}, needsSubject, nameOf)];
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
    const problem = Object.hasOwn(DEFAULTS.basePaths, name) ? basePath(path) : 'is not a contract';
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
