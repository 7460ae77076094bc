import { tokenOf } from './server.js';

interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

async function call(
  url: string,
  method: string,
  headers: Record<string, string>,
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

/** A request of a user. */
export function asUser(
  url: string,
  userId: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  return call(url + path, method, { Authorization: `Bearer ${tokenOf(userId)}` }, body);
}

/** An event for these users. */
export function postEvent(
  url: string,
  apiKey: string,
  title: string,
  userIds: string[],
  key?: string,
  more: object = {},
): Promise<Answer> {
  return call(
    `${url}/v1/events`,
    'POST',
    { 'X-API-Key': apiKey, ...(key !== undefined && { 'Idempotency-Key': key }) },
    { type: 'job_failed', user_ids: userIds, title, ...more },
  );
}

/** What a producer says of a user. */
export async function putContact(
  url: string,
  apiKey: string,
  userId: string,
  contact: object,
): Promise<void> {
  const path = `/v1/users/${encodeURIComponent(userId)}`;
  const { status, body } = await call(url + path, 'PUT', { 'X-API-Key': apiKey }, contact);
  if (status !== 200) throw new Error(JSON.stringify(body));
}

/** An event for these users that is to be sent in an hour. */
export function scheduleEvent(
  url: string,
  apiKey: string,
  title: string,
  userIds: string[],
): Promise<Answer> {
  const sendAt = new Date(Date.now() + 3_600_000).toISOString();
  const event = { type: 'job_failed', user_ids: userIds, title, send_at: sendAt };
  return call(`${url}/v1/events`, 'POST', { 'X-API-Key': apiKey }, event);
}

/** Calls back an event by its id, or everything that a selector says. */
export function callBack(url: string, apiKey: string, what: string | object): Promise<Answer> {
  const headers = { 'X-API-Key': apiKey };
  return typeof what === 'string'
    ? call(`${url}/v1/events/${what}`, 'DELETE', headers)
    : call(`${url}/v1/events/withdraw`, 'POST', headers, what);
}

/** Gives each of these users a webhook endpoint. */
export async function subscribe(url: string, users: string[], target: string): Promise<void> {
  for (const userId of users) {
    const { status, body } = await asUser(url, userId, 'POST', '/v1/webhooks', {
      name: 'sink',
      kind: 'generic',
      url: target,
      events: '*',
    });
    if (status !== 201) throw new Error(JSON.stringify(body));
  }
}
