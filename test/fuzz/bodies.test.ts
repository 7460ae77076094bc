import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bodyText, jsonWith, nasty } from './arbitraries.js';
import { BODIES } from './regressions.js';
import { expectSound, makeFuzzWorld, type FuzzWorld } from './world.js';

let w: FuzzWorld;
let before: unknown;
beforeAll(async () => {
  w = await makeFuzzWorld();
  before = await w.bob();
});
afterAll(async () => {
  // Whatever was sent: bob's rows are as they were.
  expect(await w.bob()).toEqual(before);
  await w.close();
});

const EXAMPLES = BODIES.map((body): [string] => [body]);
const TYPES = ['job_failed', 'job_completed', 'weekly_report', 'quota_warning', 'nonsense'];
const CHANNELS = ['in_app', 'toast', 'webhook', 'email', '__proto__'];

function sendJson(method: string, path: string, body: string, as = w.ann) {
  return w.send({ method, path, headers: [as, ['Content-Type', 'application/json']], body });
}

type Settings = Record<string, boolean | null>;
type Wished = { channels?: Settings; types?: Record<string, Settings> };

const flags = fc.oneof({ weight: 3, arbitrary: fc.boolean() }, { weight: 1, arbitrary: jsonWith('true') });
const settings = fc.dictionary(
  fc.constantFrom(...CHANNELS),
  fc.oneof({ weight: 3, arbitrary: flags }, { weight: 1, arbitrary: fc.constant(null) }),
  { maxKeys: 3 },
);

it('takes preferences or refuses them, and what it took is what it says', async () => {
  const types = fc.dictionary(fc.constantFrom(...TYPES), settings, { maxKeys: 3 });
  const wished = fc.record({ types, channels: settings }, { requiredKeys: [] });
  const bodies = bodyText(fc.oneof(wished, jsonWith('types', 'channels', ...TYPES, ...CHANNELS)));
  await fc.assert(
    fc.asyncProperty(bodies, async (body) => {
      const answer = await sendJson('PATCH', '/v1/preferences', body);
      expectSound(answer, [200, 400, 413]);
      // An empty body changes nothing.
      if (answer.status !== 200 || body.trim() === '') return;
      const said = JSON.parse(answer.body) as Required<Wished>;
      const asked = JSON.parse(body.replace('\ufeff', '')) as Wished;
      expect(said.channels).toMatchObject(asked.channels ?? {});
      for (const [type, channels] of Object.entries(asked.types ?? {})) {
        // What is taken back may be either.
        const set = Object.entries(channels).filter(([, value]) => value !== null);
        // A type with no channel named asks for nothing, whatever its name.
        if (set.length > 0) expect(said.types[type]).toMatchObject(Object.fromEntries(set));
      }
    }),
    { numRuns: 200, examples: EXAMPLES },
  );
});

it('takes flat preferences or refuses them', async () => {
  const keys = [...TYPES, 'job_failed_toast', 'weekly_report_toast', 'toString', '__proto__'];
  const bodies = bodyText(fc.oneof(fc.dictionary(fc.constantFrom(...keys), flags), jsonWith(...keys)));
  await fc.assert(
    fc.asyncProperty(bodies, async (body) => {
      expectSound(await sendJson('PUT', '/account/api/notifications/preferences', body), [200, 400, 413]);
    }),
    { numRuns: 200, examples: EXAMPLES },
  );
});

it('takes events or refuses them', async () => {
  // Producers may write to anybody: bob is left out, so that his rows can be compared.
  const users = fc.oneof(
    fc.constantFrom('ann', 'cleo', ''),
    nasty.filter((text) => text !== 'bob'),
  );
  const rest = jsonWith('type', 'id', 'info', 'job_failed', 'ann');
  const action = fc.record(
    { id: fc.oneof(fc.constantFrom('a', 'b'), nasty), label: nasty, link: nasty, style: nasty },
    { requiredKeys: ['id', 'label'] },
  );
  const events = fc.record(
    {
      type: fc.oneof(fc.constantFrom(...TYPES), rest),
      user_ids: fc.oneof(fc.array(users, { maxLength: 3 }), rest),
      title: fc.oneof(nasty, rest),
      body: rest,
      link: fc.oneof(fc.webUrl(), nasty, rest),
      data: fc.oneof(fc.dictionary(fc.string(), rest), rest),
      team_id: fc.oneof(nasty, rest),
      entity: fc.oneof(fc.record({ type: nasty, id: nasty }), rest),
      actions: fc.oneof(fc.array(fc.oneof(action, rest), { maxLength: 4 }), rest),
      image: fc.oneof(fc.webUrl({ validSchemes: ['https', 'http'] }), nasty, rest),
      actor: fc.oneof(fc.record({ name: nasty, image: fc.oneof(fc.webUrl(), nasty) }), rest),
      level: fc.oneof(fc.constantFrom('info', 'error', 'fatal'), rest),
    },
    { requiredKeys: ['type', 'user_ids', 'title'] },
  );
  await fc.assert(
    fc.asyncProperty(bodyText(events), async (body) => {
      fc.pre(!body.includes('"bob"'));
      const answer = await sendJson('POST', '/v1/events', body, ['X-API-Key', w.t.apiKey]);
      expectSound(answer, [201, 400]);
    }),
    { numRuns: 250, examples: EXAMPLES },
  );
});

it('stores the data of an event as it came', async () => {
  const texts = fc.string({ unit: 'binary' }).map((text) => text.toWellFormed().replaceAll('\0', ''));
  const numbers = fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((value) => (value === 0 ? 0 : value));
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.oneof(texts, numbers, fc.boolean(), fc.constant(null)),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(
        texts.filter((name) => name !== '__proto__'),
        tie('value'),
        { maxKeys: 3, noNullPrototype: true },
      ),
    ),
  }));
  const data = fc.dictionary(
    texts.filter((name) => name !== '__proto__'),
    value,
    { noNullPrototype: true },
  );
  let serial = 0;
  await fc.assert(
    fc.asyncProperty(data, async (given) => {
      const reader = `reader ${(serial += 1)}`;
      await w.t.post({ type: 'job_failed', user_ids: [reader], title: 'T', data: given });
      const { body: list } = await w.t.as(reader).get('/v1/notifications');
      const [{ id }] = (list as { notifications: [{ id: string }] }).notifications;
      const { body } = await w.t.as(reader).get(`/v1/notifications/${id}`);
      expect((body as { notification: { data: unknown } }).notification.data).toEqual(given);
    }),
    { numRuns: 100 },
  );
});

it('takes webhooks or refuses them', async () => {
  const rest = jsonWith('*', 'generic', 'job.failed');
  const urls = fc.oneof(fc.webUrl(), nasty, rest);
  const webhooks = fc.record(
    {
      name: fc.oneof(nasty, rest),
      kind: fc.oneof(fc.constantFrom('generic', 'slack', 'discord', 'ntfy', 'toString'), rest),
      url: fc.oneof(urls, fc.constantFrom('https://hooks.slack.com/services/a/b/c', 'https://ntfy.sh/topic')),
      events: fc.oneof(fc.constant('*'), fc.array(fc.constantFrom('job.failed', '*', 'x')), rest),
      token: rest,
      username: rest,
      password: rest,
      enabled: rest,
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(bodyText(webhooks), fc.boolean(), async (body, create) => {
      const [method, path] = create ? ['POST', '/v1/webhooks'] : ['PATCH', `/v1/webhooks/${w.webhook}`];
      const answer = await sendJson(method as string, path as string, body);
      // The twenty of a user are soon there.
      expectSound(answer, create ? [201, 400, 409] : [200, 400]);
    }),
    {
      numRuns: 200,
      examples: BODIES.flatMap((body): [string, boolean][] => [
        [body, true],
        [body, false],
      ]),
    },
  );
});

it('takes the bodies of the inbox’s own routes or refuses them', async () => {
  const routes: [string, string][] = [
    ['PATCH', `/v1/notifications/${w.anns[0]}`],
    ['POST', '/v1/notifications/mark-all-read'],
    ['POST', '/v1/notifications/delete-read'],
    ['POST', '/v1/notifications/archive-read'],
    ['PUT', '/api/notifications/read-all'],
    ['PUT', `/api/v1/notifications/${w.anns[1]}/read`],
    ['POST', `/v1/webhooks/${w.webhook}/rotate-secret`],
  ];
  const bodies = bodyText(jsonWith('read', 'type', 'team_id', 'w1', 'user_id', 'bob'));
  await fc.assert(
    fc.asyncProperty(bodies, fc.constantFrom(...routes), async (body, [method, path]) => {
      expectSound(await sendJson(method, path, body), [200, 400, 404]);
    }),
    {
      numRuns: 200,
      examples: BODIES.flatMap((body) => routes.map((route): [string, [string, string]] => [body, route])),
    },
  );
});
