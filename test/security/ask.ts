import jwt from 'jsonwebtoken';
import { tokenOf, type TestApp } from '../support/app.js';
import { EXAMPLES, type Example } from './examples.js';
import type { ServedRoute } from './routes.js';
import { ACTION, type Owner, type World } from './world.js';

export const CALLERS = [
  'anonymous',
  'owner',
  'other',
  'api_key',
  'admin_key',
  'revoked_key',
  'forged',
] as const;
export type Caller = (typeof CALLERS)[number];

export interface Answer {
  status: number;
  contentType: string;
  /** Whom the answer names. */
  user: string | null;
  text: string;
}

const FORGED = jwt.sign({ sub: 'owner 0' }, 'not the secret of the server, but as long', { expiresIn: '1h' });

function credentials(caller: Caller, owner: Owner, t: TestApp, world: World): Record<string, string> {
  const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
  return {
    anonymous: {},
    owner: bearer(tokenOf(owner.userId)),
    other: bearer(tokenOf(`not ${owner.userId}`)),
    api_key: { 'X-API-Key': t.apiKey },
    admin_key: { 'X-API-Key': world.adminKey },
    revoked_key: { 'X-API-Key': world.revokedKey },
    forged: bearer(FORGED),
  }[caller];
}

/** A route's example; HEAD has that of GET. */
export function exampleOf({ name }: Pick<ServedRoute, 'name'>): Example | undefined {
  return EXAMPLES[name.replace(/^HEAD /, 'GET ')];
}

/** Makes a route's example request for the things of an owner, as one of the callers. */
export async function ask(
  t: TestApp,
  world: World,
  route: ServedRoute,
  owner: Owner,
  caller: Caller,
): Promise<Answer> {
  const example = exampleOf(route);
  if (!example) throw new Error(`${route.name} has no example in test/security/examples.ts`);
  const path = (example.path ?? route.path)
    .replace(':site_id', encodeURIComponent(owner.site))
    .replace(':delivery_id', owner.delivery)
    .replace(':action_id', ACTION.id)
    .replace(':token', world.unsubscribe)
    .replace(/:(id|notificationId|user_id)/, example.id ? encodeURIComponent(owner[example.id]) : '');
  const gone = new AbortController();
  const response = await fetch(t.url + path, {
    method: route.method,
    headers: {
      ...credentials(caller, owner, t, world),
      ...(example.body && { 'Content-Type': 'application/json' }),
    },
    ...(example.body && { body: JSON.stringify(example.body) }),
    signal: gone.signal,
  });
  const contentType = response.headers.get('content-type') ?? '';
  const endless = contentType.startsWith('text/event-stream');
  const text = endless ? await beginningOf(response) : await response.text();
  gone.abort();
  return { status: response.status, contentType, user: response.headers.get('carillon-user'), text };
}

/** A stream does not end: what it begins with is the count. */
async function beginningOf(response: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.includes('event: unread')) break;
  }
  return text;
}
