import { describe, expect, it } from '@jest/globals';
import jwt from 'jsonwebtoken';
import type { Response } from 'supertest';
import { encodeTypeId } from '../../src/common/typeid.js';
import { TEST_JWT_SECRET, tokenOf, type TestApp } from '../support/app.js';

export interface RouteCase {
  method: 'get' | 'put' | 'post' | 'patch' | 'delete';
  /** `{id}` stands for a notification's id. */
  path: string;
}

const EXPIRED = jwt.sign({ sub: 'ann', exp: 1 }, TEST_JWT_SECRET);

export const UNKNOWN_ID = '01890a5d-ac96-774b-bcce-b302099a8057';

/** A mistyped one, and those that every JavaScript object has. */
const UNKNOWN_KEYS = ['nope', 'constructor', '__proto__', 'toString', 'valueOf', 'hasOwnProperty'];

/** A problem as every contract answers it. */
export function expectProblem(response: Response, status: number, code: string): void {
  expect({ status: response.status, body: response.body }).toMatchObject({ status, body: { code, status } });
  expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
  const { type, title, detail, error, errors } = response.body as Record<string, unknown>;
  for (const text of [type, title, detail]) expect(text).toEqual(expect.any(String));
  expect(error).toBe(detail);
  const issue = { path: expect.any(String), message: expect.any(String) };
  if (code === 'invalid_input') expect((errors as unknown[] | undefined)?.[0]).toEqual(issue);
}

/** What all routes of all contracts refuse, and in the same way. */
export function describeRefusals(app: () => TestApp, routes: RouteCase[]): void {
  const names = routes.map(({ method, path }): [string, RouteCase] => [
    `${method.toUpperCase()} ${path}`,
    { method, path },
  ]);
  const withId = names.filter(([, { path }]) => path.includes('{id}'));
  const send = ({ method, path }: RouteCase, as: (method: RouteCase['method'], path: string) => unknown) =>
    as(method, path.replace('{id}', UNKNOWN_ID)) as Promise<Response>;

  describe.each(names)('%s', (_, route) => {
    it('is 401 without credentials and with bad ones', async () => {
      const { http } = app();
      expectProblem(await send(route, (method, path) => http[method](path)), 401, 'unauthenticated');
      for (const token of ['x', tokenOf('ann').slice(0, -2), EXPIRED, tokenOf('')]) {
        const answer = await send(route, (method, path) =>
          http[method](path).set('Authorization', `Bearer ${token}`),
        );
        expectProblem(answer, 401, 'unauthenticated');
      }
    });

    it('is 403 with an API key, however it comes', async () => {
      const { http, apiKey, producer } = app();
      expectProblem(await send(route, (method, path) => producer[method](path)), 403, 'api_key_not_allowed');
      const answer = await send(route, (method, path) =>
        http[method](path).set('Authorization', `Bearer ${apiKey}`),
      );
      expectProblem(answer, 403, 'api_key_not_allowed');
    });

    it.each(UNKNOWN_KEYS)('names a query parameter that it does not know: %s', async (name) => {
      const answer = await send(route, (method, path) => app().as('ann')[method](`${path}?${name}=1`));
      expectProblem(answer, 400, 'invalid_input');
      expect((answer.body as { errors: unknown[] }).errors).toEqual([
        { path: name, message: expect.any(String) },
      ]);
    });
  });

  const writes = names.filter(([, { method }]) => method !== 'get');
  it.each(writes)('%s names a body key that it does not know', async (_, route) => {
    for (const name of UNKNOWN_KEYS) {
      const answer = await send(route, (method, path) =>
        app().as('ann')[method](path).set('Content-Type', 'application/json').send(`{"${name}":1}`),
      );
      expectProblem(answer, 400, 'invalid_input');
      // JSON with the prototype's own name is refused before anything reads it.
      const issue = name === '__proto__' ? { message: expect.stringContaining(name) } : { path: name };
      expect(answer.body).toMatchObject({ errors: [issue] });
    }
  });

  it.each(writes)('%s takes no body that is no JSON', async (_, route) => {
    for (const body of ['{', '{read:true}', 'read=true']) {
      const answer = await send(route, (method, path) =>
        app().as('ann')[method](path).set('Content-Type', 'application/json').send(body),
      );
      expectProblem(answer, 400, 'invalid_input');
      expect(answer.body).toMatchObject({ errors: [{ path: '', message: 'the body must be JSON' }] });
    }
  });

  it.each(writes)('%s takes no other body than an object', async (_, route) => {
    for (const body of ['null', '5', '"x"', '[]', 'true']) {
      const answer = await send(route, (method, path) =>
        app().as('ann')[method](path).set('Content-Type', 'application/json').send(body),
      );
      expectProblem(answer, 400, 'invalid_input');
      expect(answer.body).toMatchObject({ errors: [{ path: '', message: 'the body must be an object' }] });
    }
  });

  it.each(withId)(
    '%s is 404 for what does not exist, is not an id, or is somebody else’s',
    async (_, route) => {
      const { post, as } = app();
      await post({ type: 'job_failed', user_ids: ['somebody else'], title: 'theirs' });
      const { body } = await as('somebody else').get('/v1/notifications');
      const foreign = (body as { notifications: { id: string }[] }).notifications[0]!.id;
      const ids = [
        UNKNOWN_ID,
        foreign,
        encodeTypeId('ntf', foreign),
        'x',
        '%00',
        '1',
        `${foreign}x`,
        'ntf_',
        '%F0%9F%98%80',
      ];
      for (const id of ids) {
        const answer = await app().as('ann')[route.method](route.path.replace('{id}', id));
        expectProblem(answer, 404, 'not_found');
      }
      const after = await as('somebody else').get('/v1/notifications');
      expect(after.body).toMatchObject({ notifications: [{ id: foreign, read_at: null }] });
      await as('somebody else').delete(`/v1/notifications/${foreign}`);
    },
  );

  it.each(writes)('%s takes a JSON content type with nothing in it', async (_, route) => {
    const { http } = app();
    const answer = await send(route, (method, path) =>
      http[method](path)
        .set('Authorization', `Bearer ${tokenOf('dora')}`)
        .set('Content-Type', 'application/json'),
    );
    expect([200, 404]).toContain(answer.status);
  });
}
