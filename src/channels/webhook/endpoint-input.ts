import { CarillonError, invalidInput, type InputIssue } from '../../common/errors.js';
import { didYouMean } from '../../common/suggest.js';
import { excerpt, textProblem } from '../../common/text.js';
import type { Credentials, WebhookFormat } from './formats/format.js';
import { formatOf, KINDS } from './formats/registry.js';

export interface EndpointInput {
  name: string;
  kind: string;
  url: string;
  /** Names of events, or `*` for all of them. */
  events: string | string[];
  token?: string | null;
  username?: string | null;
  password?: string | null;
}

/** Absent means unchanged; null removes a credential. */
export type EndpointPatch = Partial<Omit<EndpointInput, 'kind'>> & { enabled?: boolean };

/** What the input is checked against. */
export interface EndpointRules {
  /** Every name that an endpoint may subscribe to. */
  events: ReadonlySet<string>;
  /** Why the URL guard would refuse a URL already for its text. */
  urlProblem(url: string): string | undefined;
}

export const MAX_NAME_LENGTH = 100;
const MAX_CREDENTIAL_LENGTH = 1_000;

/** The format of a kind. @throws CarillonError when there is none */
export function requireFormat(kind: string): WebhookFormat {
  const format = formatOf(kind);
  if (!format) throw invalidInput([{ path: 'kind', message: `must be one of ${KINDS.join(', ')}` }]);
  return format;
}

/** @throws CarillonError naming every wrong place, `refused_url` when the URL guard is the only objection */
export function checkEndpoint(
  format: WebhookFormat,
  input: EndpointPatch,
  credentials: Credentials,
  rules: EndpointRules,
): void {
  const refusal = input.url === undefined ? undefined : rules.urlProblem(input.url);
  const issues: InputIssue[] = [
    ...issue('name', input.name === undefined ? undefined : nameProblem(input.name)),
    ...(input.events === undefined ? [] : eventIssues(normalizeEvents(input.events), rules.events)),
    ...credentialIssues(format, credentials),
    ...(input.url === undefined || refusal ? [] : issue('url', shapeProblem(format, input.url))),
  ];
  if (refusal && issues.length === 0)
    throw new CarillonError('refused_url', `url: ${refusal}`, [{ path: 'url', message: refusal }]);
  if (refusal) issues.unshift({ path: 'url', message: refusal });
  if (issues.length > 0) throw invalidInput(issues);
}

/** A list without repetitions; `*` alone when it is among them. */
export function normalizeEvents(events: string | string[]): string[] {
  const names = new Set(typeof events === 'string' ? [events] : events);
  return names.has('*') ? ['*'] : [...names];
}

/** The credentials after a change: an absent one stays, null removes it. */
export function mergeCredentials(before: Credentials, change: EndpointPatch): Credentials {
  const merged: Credentials = { ...before };
  for (const key of ['token', 'username', 'password'] as const) {
    const value = change[key];
    if (value === null) delete merged[key];
    else if (value !== undefined) merged[key] = value;
  }
  return merged;
}

function issue(path: string, message: string | undefined): InputIssue[] {
  return message === undefined ? [] : [{ path, message }];
}

function nameProblem(name: string): string | undefined {
  return textProblem(name, 1, MAX_NAME_LENGTH) ?? (name.trim() === '' ? 'must not be blank' : undefined);
}

/** What a read shows in place of a secret URL. */
export const MASK = '***';

function shapeProblem(format: WebhookFormat, url: string): string | undefined {
  if (url.includes(MASK)) return 'is the masked form of a URL; leave it out to keep the present one';
  return format.urlProblem(new URL(url));
}

function eventIssues(events: string[], known: ReadonlySet<string>): InputIssue[] {
  if (events.length === 0) return issue('events', 'must name at least one event, or be "*"');
  return events.flatMap((event, index) => {
    if (event === '*' || known.has(event)) return [];
    return issue(`events[${index}]`, `"${excerpt(event)}" is not an event.${didYouMean(event, [...known])}`);
  });
}

function credentialIssues(format: WebhookFormat, credentials: Credentials): InputIssue[] {
  const { token, username, password } = credentials;
  const [first] = Object.keys(credentials);
  if (first === undefined) return [];
  if (!format.takesCredentials) return issue(first, `is not for ${format.kind} endpoints`);
  if (token !== undefined && (username !== undefined || password !== undefined))
    return issue('token', 'must not be given together with username and password');
  if (token !== undefined) return issue('token', tokenProblem(token));
  if (username === undefined) return issue('username', 'must be given with a password');
  if (password === undefined) return issue('password', 'must be given with a username');
  return [
    ...issue(
      'username',
      textProblem(username, 1, MAX_CREDENTIAL_LENGTH) ??
        (username.includes(':') ? 'must not contain ":"' : undefined),
    ),
    ...issue('password', textProblem(password, 1, MAX_CREDENTIAL_LENGTH)),
  ];
}

/** A token goes into a header as it is. */
function tokenProblem(token: string): string | undefined {
  return /^[\x21-\x7e]{1,1000}$/.test(token) ? undefined : 'must be 1 to 1000 printable ASCII characters';
}
