import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { IN_HOST, startApp, type TestApp } from '../support/app.js';
import { CALLERS, exampleOf } from './ask.js';
import { EXAMPLES, PUBLIC } from './examples.js';
import { observeAll, promised, type Observed } from './observe.js';
import { recordRoutes, type ServedRoute } from './routes.js';
import { tableBetweenMarkers, writeTable } from './table.js';
import { SECRET } from './world.js';

let t: TestApp;
let routes: ServedRoute[];
let observed: ReadonlyMap<string, Observed>;

beforeAll(async () => {
  ({ t, routes, observed } = await observeAll());
}, 180_000);

afterAll(() => t.close());

/** In a host there are routes of the host's own, and none for health, pages and the demo. */
const onStandalone = IN_HOST ? it.skip : it;

onStandalone('knows every route: a new one needs an example in test/security/examples.ts', () => {
  expect(routes.filter((route) => !exampleOf(route)).map(({ name }) => name)).toEqual([]);
  const gone = Object.keys(EXAMPLES).filter((name) => !routes.some((route) => route.name === name));
  expect(gone).toEqual([]);
});

it('answers every caller of every route as its guard promises', () => {
  const answered = routes.map(({ name }) => {
    const answers = observed.get(name)?.answers;
    return [name, Object.fromEntries(CALLERS.map((caller) => [caller, answers?.[caller].status]))];
  });
  const expected = routes.map((route) => {
    const example = exampleOf(route);
    return [route.name, promised(route.audience, example?.status ?? 0, example?.id !== undefined)];
  });
  expect(answered).toEqual(expected);
});

onStandalone('has no public routes but health, the documentation and the browser files', () => {
  const open = routes.filter(({ audience }) => audience === 'public').map(({ name }) => name);
  expect(open.filter((name) => !PUBLIC.test(name))).toEqual([]);
  expect(open).toContain('GET /health');
});

it('names the user in every answer to one, and in no other', () => {
  const named = [...observed].map(([name, { answers }]) => [
    name,
    CALLERS.map((caller) => decodeURIComponent(answers[caller].user ?? '-').replace(/\d+$/, 'n')),
  ]);
  const expected = routes.map(({ name, audience }) => {
    const [owner, other] =
      audience === 'user' || audience === 'caller' ? ['owner n', 'not owner n'] : ['-', '-'];
    return [name, CALLERS.map((caller) => ({ owner, other })[caller as 'owner' | 'other'] ?? '-')];
  });
  expect(Object.fromEntries(named)).toEqual(Object.fromEntries(expected));
});

it('changes nothing of an owner for anybody else', () => {
  for (const { rowsBefore, rowsAfter } of observed.values()) expect(rowsAfter).toEqual(rowsBefore);
});

it('tells nobody else anything of an owner', () => {
  for (const [name, { answers }] of observed) {
    for (const caller of CALLERS.filter((one) => one !== 'owner')) {
      // A producer is told what it sent, and what it said of users.
      if (caller === 'api_key' && /\/v1\/(events(\/:id)?|users\/:user_id(\/export)?)$/.test(name)) continue;
      expect([name, caller, answers[caller].text]).toEqual([
        name,
        caller,
        expect.not.stringContaining(SECRET),
      ]);
    }
  }
});

it('shows another user an inbox of their own', () => {
  const lists = Object.entries(EXAMPLES).filter(([, { empty }]) => empty !== undefined);
  for (const [name, { empty }] of lists) {
    expect([name, json(observed.get(name)?.answers.other.text)]).toMatchObject([name, empty]);
  }
  expect(lists.length).toBeGreaterThan(10);
});

it('shows the owner what the others were not told', () => {
  for (const name of ['GET /v1/notifications', 'GET /v1/notifications/:id', 'GET /v1/webhooks']) {
    expect(observed.get(name)?.answers.owner.text).toContain(SECRET);
  }
});

it('says every refusal as a problem', () => {
  for (const [name, { answers }] of observed) {
    for (const caller of CALLERS) {
      const { status, contentType, text } = answers[caller];
      if (status < 400) continue;
      expect([name, contentType]).toEqual([name, 'application/problem+json; charset=utf-8']);
      if (!name.startsWith('HEAD ')) expect(json(text)).toMatchObject({ status, code: expect.any(String) });
    }
  }
});

onStandalone('is what SECURITY.md says', () => {
  const page = readFileSync('SECURITY.md', 'utf8');
  expect(tableBetweenMarkers(page)).toBe(writeTable(routes, observed));
});

onStandalone('has more routes in development mode only for the demo', async () => {
  const recorded = await recordRoutes(() => startApp({ production: false }));
  const more = recorded.names.filter((name) => !routes.some((route) => route.name === name));
  const demo = await fetch(`${recorded.app.url}/demo/session`);
  await recorded.app.close();
  expect(more.filter((name) => !/^\w+ \/(demo\/.*)?$/.test(name))).toEqual([]);
  expect(more.length).toBeGreaterThan(4);
  expect(demo.status).toBe(200);
  for (const path of ['/', '/demo/session', '/demo/webhook-log', '/demo/index.html']) {
    expect((await fetch(t.url + path)).status).toBe(404);
  }
  expect((await fetch(`${t.url}/demo/fire`, { method: 'POST' })).status).toBe(404);
});

function json(text: string | undefined): unknown {
  return JSON.parse(text ?? '') as unknown;
}
