import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeTypeId } from '../../src/common/typeid.js';
import { startApp, type TestApp } from '../support/app.js';
import { describeRefusals, expectProblem } from './refusals.js';
import { BASE, getList, listOf, type Item, type Query } from './workspace-client.js';

const ISO = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const TYPE_ID = expect.stringMatching(/^ntf_[0-7][0-9a-hjkmnp-tv-z]{25}$/);

let t: TestApp;
beforeAll(async () => {
  t = await startApp();
});
afterAll(() => t.close());

describeRefusals(
  () => t,
  [
    { method: 'get', path: BASE },
    { method: 'get', path: `${BASE}/{id}` },
    { method: 'delete', path: `${BASE}/{id}` },
    { method: 'delete', path: `${BASE}/{id}/purge` },
    { method: 'put', path: `${BASE}/{id}/read` },
    { method: 'post', path: `${BASE}/{id}/restore` },
    { method: 'put', path: `${BASE}/read-all` },
    { method: 'get', path: `${BASE}/unread-count` },
  ],
);

const user = 'user_1';
const list = (query?: Query) => listOf(t, user, query);

describe('the exchanges of the document', () => {
  const notification = {
    id: TYPE_ID,
    userId: user,
    workspaceId: 'ws_1',
    type: 'error',
    title: 'The export failed',
    body: 'Row 7 has no date',
    data: { export: 7 },
    read: false,
    readAt: null,
    createdAt: ISO,
  };

  it('GET /api/notifications', async () => {
    await t.post({
      type: 'job_failed',
      user_ids: [user],
      title: 'The export failed',
      body: 'Row 7 has no date',
      data: { export: 7 },
      team_id: 'ws_1',
    });
    const answer = await getList(t, user);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.body).toEqual({
      data: [notification],
      pageInfo: {
        total: 1,
        hasNextPage: false,
        hasPreviousPage: false,
        startCursor: expect.any(String),
        endCursor: expect.any(String),
      },
    });
  });

  it('GET /api/notifications/{id}, by its TypeID and by its UUID', async () => {
    const [{ id }] = (await list()).data as [Item];
    const uuid = decodeTypeId('ntf', id)!;
    for (const name of [id, uuid, uuid.toUpperCase()]) {
      const { body } = await t.as(user).get(`${BASE}/${name}`).expect(200);
      expect(body).toEqual({ ...notification, id });
    }
    const { body } = await t.as(user).get(`/v1/notifications/${id}`).expect(200);
    expect(body).toMatchObject({ notification: { id: uuid } });
  });

  it('GET /api/notifications/unread-count', async () => {
    expect((await t.as(user).get(`${BASE}/unread-count`).expect(200)).body).toEqual({ count: 1 });
  });

  it('PUT /api/notifications/{id}/read', async () => {
    const [{ id }] = (await list()).data as [Item];
    const { body } = await t.as(user).put(`${BASE}/${id}/read`).expect(200);
    expect(body).toEqual({ ...notification, id, read: true, readAt: ISO });
    expect((await t.as(user).put(`${BASE}/${id}/read`).expect(200)).body).toEqual(body);
    expect((await t.as(user).get(`${BASE}/unread-count`)).body).toEqual({ count: 0 });
  });

  it('PUT /api/notifications/read-all', async () => {
    await t.post({ type: 'job_failed', user_ids: [user], title: 'another' });
    expect((await t.as(user).put(`${BASE}/read-all`).expect(200)).body).toEqual({ ok: true });
    expect((await list({ read: 'false' })).data).toEqual([]);
    expect((await t.as(user).get(`${BASE}/unread-count`)).body).toEqual({ count: 0 });
  });

  it('DELETE /api/notifications/{id}, restore and purge', async () => {
    const [{ id }] = (await list()).data as [Item];
    const [live] = (await list()).data;
    expect((await t.as(user).post(`${BASE}/${id}/restore`).expect(200)).body).toEqual(live);
    expectProblem(await t.as(user).delete(`${BASE}/${id}/purge`), 409, 'not_in_trash');
    expect((await t.as(user).delete(`${BASE}/${id}`).expect(200)).body).toEqual({ success: true });
    for (const answer of [
      await t.as(user).get(`${BASE}/${id}`),
      await t.as(user).delete(`${BASE}/${id}`),
      await t.as(user).put(`${BASE}/${id}/read`),
    ]) {
      expectProblem(answer, 404, 'not_found');
    }
    expect((await list({ include_deleted: 'only' })).data).toEqual([live]);
    expect((await t.as(user).post(`${BASE}/${id}/restore`).expect(200)).body).toEqual(live);
    expect((await list()).data).toContainEqual(live);
    await t.as(user).delete(`${BASE}/${id}`).expect(200);
    expect((await t.as(user).delete(`${BASE}/${id}/purge`).expect(200)).body).toEqual({ success: true });
    expectProblem(await t.as(user).delete(`${BASE}/${id}/purge`), 404, 'not_found');
    expectProblem(await t.as(user).post(`${BASE}/${id}/restore`), 404, 'not_found');
    expect((await list({ include_deleted: 'only' })).data).toEqual([]);
  });
});
