import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { UnsubscribeService } from '../../../src/channels/email/unsubscribe/unsubscribe.service.js';
import { makeToken } from '../../../src/channels/email/unsubscribe/unsubscribe-token.js';
import { SecretBox } from '../../../src/common/secret-box.js';
import type { NotificationType } from '../../../src/config/options.js';
import { hostOptions, startHost, type Platform } from '../../http/support/host.js';
import { startApp, type TestApp } from '../../support/app.js';
import { connect, type Sql } from '../../support/sql.js';

const type = (key: string, more: Partial<NotificationType> = {}): NotificationType => ({
  key,
  description: `About <${key}> & more`,
  level: 'info',
  channels: { email: true },
  webhookEvent: null,
  mutable: true,
  ...more,
});
const TYPES = [
  type('news'),
  type('offers'),
  type('quiet', { channels: {} }),
  type('sign_in', { mutable: false, critical: true }),
];

let app: TestApp;
let sql: Sql;
let users = 0;
const newUser = () => `reader ${(users += 1)}`;

beforeAll(async () => {
  app = await startApp({
    types: TYPES,
    shippedTypes: false,
    publicUrl: 'https://notify.example.com/base/',
    appUrl: 'https://app.example.com/settings',
    email: { brand: { name: 'Acme & Söhne', color: '#ffdd00' } },
  });
  sql = await connect(app.databaseUrl);
});
afterAll(async () => {
  await sql.end();
  await app.close();
});

const service = () => app.app.get(UnsubscribeService, { strict: false });

/** The path of a link in a mail. */
function linkOf(userId: string, key = 'news', mutable = true): string {
  const token = makeToken(app.app.get(SecretBox, { strict: false }), { userId, types: [key] });
  if (mutable)
    expect(service().urlOf(userId, [{ key, mutable }])).toBe(
      `https://notify.example.com/base/v1/unsubscribe/${token}`,
    );
  return `/v1/unsubscribe/${token}`;
}

const emailOf = async (user: string) => {
  const { body } = await app.as(user).get('/v1/preferences').expect(200);
  const { channels, types } = body as {
    channels: { email: boolean | null };
    types: Record<string, { email: boolean }>;
  };
  return { all: channels.email, ...Object.fromEntries(TYPES.map(({ key }) => [key, types[key]?.email])) };
};
const rowsOf = (user: string) =>
  sql.rows('SELECT type, channel, enabled FROM carillon.preferences WHERE user_id = $1 ORDER BY 1, 2', [
    user,
  ]);

describe('POST', () => {
  it.each<[string, Record<string, string>, string]>([
    [
      'as RFC 8058 has it',
      { 'Content-Type': 'application/x-www-form-urlencoded' },
      'List-Unsubscribe=One-Click',
    ],
    [
      'as RFC 8058 has it, in parts',
      { 'Content-Type': 'multipart/form-data; boundary=x' },
      '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
    ],
    ['with nothing', {}, ''],
    ['with broken JSON', { 'Content-Type': 'application/json' }, '{'],
    ['from another site', { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }, ''],
    ['with a body that is far too long', { 'Content-Type': 'text/plain' }, 'x'.repeat(2_000_000)],
  ])('turns the type off at once, %s', async (_how, headers, body) => {
    const user = newUser();
    const response = await fetch(app.url + linkOf(user), {
      method: 'POST',
      headers,
      ...(body && { body }),
      redirect: 'error',
    });
    expect([response.status, response.redirected, response.headers.get('set-cookie')]).toEqual([
      200,
      false,
      null,
    ]);
    expect(await rowsOf(user)).toEqual([{ type: 'news', channel: 'email', enabled: false }]);
    expect(await emailOf(user)).toEqual({
      all: null,
      news: false,
      offers: true,
      quiet: false,
      sign_in: true,
    });
    const page = await response.text();
    expect(page).toContain('You are unsubscribed');
    expect(page).toContain('action="?scope=all"');
  });

  it('changes nothing more when it comes again, or a hundred times at once', async () => {
    const user = newUser();
    const link = linkOf(user);
    const many = await Promise.all(
      Array.from({ length: 100 }, () => fetch(app.url + link, { method: 'POST' })),
    );
    expect(new Set(many.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await rowsOf(user)).toHaveLength(1);
  });

  it('does not depend on who is signed in', async () => {
    const [user, other] = [newUser(), newUser()];
    await app.as(other).post(linkOf(user)).expect(200);
    expect(await rowsOf(other)).toEqual([]);
    expect(await rowsOf(user)).toHaveLength(1);
  });

  it('turns off all mails that can be, exceptions from it included', async () => {
    const user = newUser();
    await app
      .as(user)
      .patch('/v1/preferences')
      .send({ types: { quiet: { email: true } } })
      .expect(200);
    const { text } = await app.http.post(`${linkOf(user)}?scope=all`).expect(200);
    expect(await emailOf(user)).toEqual({
      all: false,
      news: false,
      offers: false,
      quiet: false,
      sign_in: true,
    });
    expect(text).toContain('but for those that cannot be turned off');
    expect(text).not.toContain('<form');
  });

  it('leaves what cannot be turned off, and says so', async () => {
    const user = newUser();
    expect(service().urlOf(user, [{ key: 'sign_in', mutable: false }])).toBeNull();
    const { text } = await app.http.post(linkOf(user, 'sign_in', false)).expect(200);
    expect(text).toContain('cannot be turned off');
    expect(await rowsOf(user)).toEqual([]);
  });

  it('of a type that there is no more has nothing to turn off', async () => {
    const user = newUser();
    const { text } = await app.http.post(linkOf(user, 'former')).expect(200);
    expect(text).toContain('You are unsubscribed');
    expect(await rowsOf(user)).toEqual([]);
  });
});

describe('GET', () => {
  it('asks, and changes nothing: neither does HEAD', async () => {
    const user = newUser();
    const link = linkOf(user);
    const { text } = await app.http.get(link).expect(200);
    await app.http.head(link).expect(200);
    await app.http.get(`${link}?scope=all`).expect(200);
    expect(await rowsOf(user)).toEqual([]);
    expect(text).toContain('Unsubscribe?');
    expect(text).toContain(
      'Acme &amp; Söhne sends you e-mails of this kind: “About &lt;news&gt; &amp; more”.',
    );
    expect(text).toContain('<form method="post" action="?">');
    expect(text).toContain('<form method="post" action="?scope=all">');
    expect(text).toContain('<a href="https://app.example.com/settings">Notification preferences</a>');
  });

  it('is a page that nothing else can use, and nobody finds', async () => {
    const { headers, text } = await app.http.get(linkOf(newUser())).expect(200);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(headers['set-cookie']).toBeUndefined();
    expect(text).not.toMatch(/<script|http:|src=/);
  });

  it('is in the language of the browser', async () => {
    const { text } = await app.http
      .get(linkOf(newUser()))
      .set('Accept-Language', 'fr-CH, fr;q=0.9, en;q=0.8');
    expect(text).toContain('<html lang="fr">');
    expect(text).toContain('Se désabonner ?');
  });

  it('says of a type that is off that it is', async () => {
    const { text } = await app.http.get(linkOf(newUser(), 'quiet')).expect(200);
    expect(text).toContain('You are unsubscribed');
    expect(text).not.toContain('action="?"');
  });
});

describe('the link of a mail about several', () => {
  /** Its path, which is for all of these that can be turned off. */
  function linkOfAll(user: string, keys = ['news', 'offers', 'sign_in', 'news']): string {
    const types = keys.map((key) => ({ key, mutable: key !== 'sign_in' }));
    return new URL(service().urlOf(user, types) ?? '').pathname.replace('/base', '');
  }

  it('offers each type, all of them, and all mails; opening it changes nothing', async () => {
    const user = newUser();
    const { text } = await app.http.get(linkOfAll(user)).expect(200);
    expect(text).toContain(
      'of these kinds: “About &lt;news&gt; &amp; more”, “About &lt;offers&gt; &amp; more”.',
    );
    const buttons = [...text.matchAll(/action="([^"]*)"><button>([^<]*)</g)].map(([, ...button]) => button);
    expect(buttons).toEqual([
      ['?', 'Turn off all of these e-mails'],
      ['?type=news', 'Turn off only “About &lt;news&gt; &amp; more”'],
      ['?type=offers', 'Turn off only “About &lt;offers&gt; &amp; more”'],
      ['?scope=all', 'Turn off all e-mails'],
    ]);
    expect(await rowsOf(user)).toEqual([]);
  });

  it('turns off all of its types with one click, and no others', async () => {
    const user = newUser();
    const { text } = await app.http
      .post(linkOfAll(user))
      .type('form')
      .send('List-Unsubscribe=One-Click')
      .expect(200);
    expect(await rowsOf(user)).toEqual([
      { type: 'news', channel: 'email', enabled: false },
      { type: 'offers', channel: 'email', enabled: false },
    ]);
    expect(text).toContain('You are unsubscribed');
    expect(text).not.toContain('<form');
  });

  it('turns off one of its types, and offers the others', async () => {
    const user = newUser();
    const { text } = await app.http.post(`${linkOfAll(user)}?type=offers`).expect(200);
    expect(await emailOf(user)).toMatchObject({ news: true, offers: false });
    expect(text).toContain('sends you no e-mails of this kind: “About &lt;offers&gt; &amp; more”.');
    expect(text).toContain('action="?"><button>Turn off these e-mails<');
  });

  it.each(['quiet', 'sign_in', 'nothing', '', ['news', 'offers']])(
    'turns off nothing that it is not for: %j',
    async (type) => {
      const user = newUser();
      await app.http.post(linkOfAll(user)).query({ type }).expect(200);
      expect(await rowsOf(user)).toEqual([]);
    },
  );

  it('turns off all mails where it is asked to', async () => {
    const user = newUser();
    await app.http.post(`${linkOfAll(user)}?scope=all`).expect(200);
    expect(await rowsOf(user)).toEqual([{ type: '', channel: 'email', enabled: false }]);
  });

  it('with no room for its types is for all mails, and says so', async () => {
    const user = newUser();
    const link = linkOfAll(
      user,
      Array.from({ length: 50 }, (_, at) => `type_number_${at}`),
    );
    const { text } = await app.http.get(link).expect(200);
    expect(text).toContain('sends you e-mails of many kinds');
    expect(text.match(/<button>[^<]*/g)).toEqual(['<button>Turn off all e-mails']);
    expect((await app.http.post(link).expect(200)).text).toContain('but for those that cannot be turned off');
    expect(await rowsOf(user)).toEqual([{ type: '', channel: 'email', enabled: false }]);
    expect((await app.http.get(link).expect(200)).text).not.toContain('<form');
  });

  it('is none where nothing of it can be turned off', () => {
    expect(service().urlOf(newUser(), [{ key: 'sign_in', mutable: false }])).toBeNull();
  });
});

it.each(['GET', 'POST'])('a token that is none is 404 as a page: %s', async (method) => {
  for (const token of ['x', 'x.y', '%00', `${linkOf('u').split('/').at(-1)}x`, 'x'.repeat(1_500)]) {
    const response = await fetch(`${app.url}/v1/unsubscribe/${token}`, { method });
    expect([token, response.status]).toEqual([token, 404]);
    expect(await response.text()).toContain('This link does not work');
  }
});

describe.each<Platform>(['express', 'fastify'])('in a host on %s', (platform) => {
  it('works below the base path, before the parsers of the host', async () => {
    const host = await startHost(platform, {
      ...hostOptions(app.databaseUrl),
      types: TYPES,
      publicUrl: 'https://notify.example.com',
      contracts: { inbox: '/me' },
    });
    const user = newUser();
    const made = host
      .get(UnsubscribeService, { strict: false })
      .urlOf(user, [{ key: 'news', mutable: true }]);
    const { pathname } = new URL(made ?? '');
    expect(pathname).toMatch(/^\/me\/unsubscribe\/[\w.-]+$/);
    const http = supertest(await host.getUrl());
    await http.get(pathname).expect(200);
    expect(await rowsOf(user)).toEqual([]);
    await http.post(pathname).type('form').send('List-Unsubscribe=One-Click').expect(200);
    expect(await rowsOf(user)).toEqual([{ type: 'news', channel: 'email', enabled: false }]);
    await host.close();
  });
});
