import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { demoEvent } from '../../src/demo/demo-events.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { build, Program, temporaryFolder } from '../support/program.js';

const folder = temporaryFolder();
let database: TestDatabase;
let program: Program | undefined;

beforeAll(async () => {
  build();
  database = await createTestDatabase();
});
afterAll(async () => {
  await program?.end('SIGTERM');
  folder.remove();
  await database.drop();
});

// In a process of its own: the `fetch` inside Node, once used there, replaces the dispatcher that undici has globally.
it('the demo page shows the webhooks and the mails that its users are sent, and sends later', async () => {
  program = Program.start('main.js', [], folder.path, {
    PORT: '0',
    CARILLON_DATA_DIR: folder.path,
    DATABASE_URL: database.url,
  });
  const [, url = ''] = await program.said(/listens on (http:\/\/127\.0\.0\.1:\d+)/);
  const session = (await (await fetch(`${url}/demo/session`)).json()) as {
    users: { id: string; token: string }[];
    webhook_sink: string;
    base_url: string;
  };
  const [user] = session.users;
  const send = async (path: string, body?: object, method = body ? 'POST' : 'GET'): Promise<unknown> => {
    const response = await fetch(url + path, {
      method,
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${user?.token}` },
      ...(body && { body: JSON.stringify(body) }),
    });
    return response.json();
  };
  await send('/v1/webhooks', { name: 'demo', kind: 'generic', url: session.webhook_sink, events: '*' });
  await send('/demo/fire', { user_id: user?.id, type: 'job_failed' });
  let received: { body: object }[] = [];
  while (received.length === 0) {
    received = ((await send('/demo/webhook-log')) as { entries: typeof received }).entries;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(received[0]?.body).toMatchObject({ type: 'job.failed', data: { user_id: user?.id } });

  const sendAt = new Date(Date.now() + 1_500).toISOString();
  await send('/demo/fire', { user_id: user?.id, type: 'weekly_report', send_at: sendAt });
  let inbox: { type: string; created_at: string }[] = [];
  while (!inbox.some(({ type }) => type === 'weekly_report')) {
    ({ notifications: inbox } = (await send('/v1/notifications')) as { notifications: typeof inbox });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(inbox[0]).toMatchObject({ type: 'weekly_report' });
  expect(inbox[0]?.created_at.localeCompare(sendAt)).toBeGreaterThanOrEqual(0);

  await send('/demo/fire', { user_id: user?.id, type: 'content_submitted' });
  const { notifications } = (await send('/v1/notifications?view=full&limit=1')) as {
    notifications: { actor: object; actions: object[] }[];
  };
  expect(notifications[0]).toMatchObject({ actor: { name: 'Ann Lee' } });
  expect(notifications[0]?.actions).toHaveLength(3);

  await send('/v1/preferences', { channels: { email: true } }, 'PATCH');
  await send('/demo/fire', { user_id: user?.id, type: 'job_failed' });
  let mails: { messageId: string; to: { address: string }; html: string }[] = [];
  while (mails.length === 0) {
    ({ mails } = (await send('/demo/mails')) as { mails: typeof mails });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const [mail] = mails;
  expect(mail?.to.address).toBe('ada@example.com');
  // A page of its own, with its own styles and nothing that runs, in a frame of the demo alone.
  const shown = await fetch(`${url}/demo/mails/${encodeURIComponent(mail?.messageId ?? '')}`);
  expect(await shown.text()).toBe(mail?.html);
  expect(shown.headers.get('content-type')).toMatch(/^text\/html/);
  expect(shown.headers.get('x-frame-options')).toBe('SAMEORIGIN');
  expect(shown.headers.get('content-security-policy')).toMatch(
    /default-src 'none'.*frame-ancestors 'self'; sandbox$/,
  );
});

it('the demo page makes a plain event of a type that is called like what every object has', () => {
  expect(demoEvent('constructor', 'A constructor was hired.', 'ada', 1)).toEqual({
    type: 'constructor',
    userIds: ['ada'],
    title: 'A constructor was hired.',
  });
});
