import type { InputIssue } from '../../common/errors.js';
import {
  IsBoolean,
  IsOneOf,
  MayBeAbsent,
  Reads,
  Rule,
  unlessAbsent,
  type Around,
  type Reading,
} from '../../common/rule.js';
import { didYouMean } from '../../common/suggest.js';
import { excerpt, textProblem } from '../../common/text.js';
import type { Credentials, WebhookFormat } from './formats/format.js';
import { formatOf, KINDS } from './formats/registry.js';

/** What the rules here ask for, beside the input. */
export interface EndpointRules {
  /** Every name that an endpoint may subscribe to. */
  events: ReadonlySet<string>;
  /** Why the URL guard would refuse a URL already for its text. */
  urlProblem(url: string): string | undefined;
  /** The endpoint that is to be changed. */
  present?: { format: WebhookFormat; credentials: Credentials };
}

const MAX_NAME_LENGTH = 100;
const MAX_CREDENTIAL_LENGTH = 1_000;
/** More names than any catalogue has. */
const MAX_EVENTS = 200;

/** What a read shows in place of a secret URL. */
export const MASK = '***';

const URL_SCHEMA = {
  type: 'string',
  format: 'uri',
  description: 'http or https. ntfy: the URL of the topic.',
};

const EVENTS_SCHEMA = {
  description: 'Names of events, or `*` for all of them.',
  oneOf: [
    { type: 'array', items: { type: 'string' }, maxItems: MAX_EVENTS },
    { type: 'string', enum: ['*'] },
  ],
  example: ['job.failed', 'quota.warning'],
};

const CREDENTIALS = ['token', 'username', 'password'] as const;

/** Null removes one. */
class EndpointCredentials {
  @IsCredential('token', 'ntfy only: an access token, sent as Bearer.')
  token?: string | null;

  @IsCredential('username', 'ntfy only, with a password, in place of a token.')
  username?: string | null;

  @IsCredential('password', 'ntfy only, with a username.')
  password?: string | null;
}

export class CreateEndpoint extends EndpointCredentials {
  @IsOneOf(KINDS)
  kind: string;

  @Reads(readUrl, URL_SCHEMA)
  url: string;

  @IsName()
  name: string;

  /** Without repetitions; `*` alone for all of them. */
  @Reads(readEvents, EVENTS_SCHEMA)
  events: string[];
}

/** A change of one: what is left out stays as it is. */
export class PatchEndpoint extends EndpointCredentials {
  @Reads(unlessAbsent(readUrl), { ...URL_SCHEMA, required: false })
  url?: string;

  @MayBeAbsent()
  @IsName()
  name?: string;

  @Reads(unlessAbsent(readEvents), { ...EVENTS_SCHEMA, required: false })
  events?: string[];

  @MayBeAbsent()
  @IsBoolean({ description: 'true also forgets earlier failures.' })
  enabled?: boolean;
}

export function mergeCredentials(before: Credentials, change: EndpointCredentials): Credentials {
  const merged: Credentials = { ...before };
  for (const key of CREDENTIALS) {
    const value = change[key];
    if (value === null) delete merged[key];
    else if (value !== undefined) merged[key] = value;
  }
  return merged;
}

export function touchesCredentials(change: EndpointCredentials): boolean {
  return CREDENTIALS.some((key) => change[key] !== undefined);
}

function IsName(): PropertyDecorator {
  const problem = (value: unknown) =>
    textProblem(value, 1, MAX_NAME_LENGTH) ??
    ((value as string).trim() === '' ? 'must not be blank' : undefined);
  return Rule('isName', problem, { type: 'string', minLength: 1, maxLength: MAX_NAME_LENGTH });
}

function IsCredential(key: (typeof CREDENTIALS)[number], description: string): PropertyDecorator {
  const read = (given: unknown, path: string, { whole, known }: Around): Reading => {
    if (!isCredential(given)) return { issues: [{ path, message: 'must be a string or null' }] };
    const message = credentialProblems(whole, known as EndpointRules)[key];
    return message === undefined ? { value: given } : { issues: [{ path, message }] };
  };
  return Reads(read, { type: 'string', required: false, nullable: true, description });
}

function isCredential(given: unknown): given is string | null | undefined {
  return given === undefined || given === null || typeof given === 'string';
}

/** What is wrong with the credentials together, each under the one that is to be changed. */
function credentialProblems(
  change: EndpointCredentials & { kind?: unknown },
  { present }: EndpointRules,
): Credentials {
  const format = present?.format ?? formatOf(change.kind);
  if (!format || !touchesCredentials(change) || !CREDENTIALS.every((key) => isCredential(change[key])))
    return {};
  const credentials = mergeCredentials(present?.credentials ?? {}, change);
  const [first] = Object.keys(credentials);
  if (first === undefined) return {};
  if (!format.takesCredentials) return { [first]: `is not for ${format.kind} endpoints` };
  const { token, username, password } = credentials;
  if (token !== undefined) {
    const alone = username === undefined && password === undefined;
    return { token: alone ? tokenProblem(token) : 'must not be given together with username and password' };
  }
  if (username === undefined) return { username: 'must be given with a password' };
  if (password === undefined) return { password: 'must be given with a username' };
  return {
    username:
      textProblem(username, 1, MAX_CREDENTIAL_LENGTH) ??
      (username.includes(':') ? 'must not contain ":"' : undefined),
    password: textProblem(password, 1, MAX_CREDENTIAL_LENGTH),
  };
}

/** A token goes into a header as it is. */
function tokenProblem(token: string): string | undefined {
  return /^[\x21-\x7e]{1,1000}$/.test(token) ? undefined : 'must be 1 to 1000 printable ASCII characters';
}

/** What the URL guard refuses has a code of its own, when nothing else is wrong. */
function readUrl(given: unknown, path: string, { whole, known }: Around): Reading<string> {
  if (typeof given !== 'string') return { issues: [{ path, message: 'must be a string' }] };
  const { present, urlProblem } = known as EndpointRules;
  const refusal = urlProblem(given);
  if (refusal !== undefined) return { issues: [{ path, message: refusal, code: 'refused_url' }] };
  const format = present?.format ?? formatOf(whole['kind']);
  const message = given.includes(MASK)
    ? 'is the masked form of a URL; leave it out to keep the present one'
    : format?.urlProblem?.(new URL(given));
  return message === undefined ? { value: given } : { issues: [{ path, message }] };
}

function readEvents(given: unknown, path: string, { known }: Around): Reading<string[]> {
  const wrong = (message: string) => ({ issues: [{ path, message }] });
  const names = given === '*' ? ['*'] : given;
  if (!isTexts(names)) return wrong('must be a list of events, or "*"');
  if (names.length === 0) return wrong('must name at least one event, or be "*"');
  if (names.length > MAX_EVENTS) return wrong(`must have at most ${MAX_EVENTS} entries`);
  const { events } = known as EndpointRules;
  const issues: InputIssue[] = names.flatMap((name, at) => {
    if (name === '*' || events.has(name)) return [];
    const message = `"${excerpt(name)}" is not an event.${didYouMean(name, [...events])}`;
    return [{ path: `${path}[${at}]`, message }];
  });
  if (issues.length > 0) return { issues };
  return { value: names.includes('*') ? ['*'] : [...new Set(names)] };
}

function isTexts(given: unknown): given is string[] {
  return Array.isArray(given) && given.every((item) => typeof item === 'string');
}
