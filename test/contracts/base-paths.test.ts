import { afterEach, describe, expect, it } from '@jest/globals';
import { createApplication } from '../../src/application.js';
import { completeBasePaths, completeOptions } from '../../src/config/defaults.js';
import { startApp, type TestApp, TEST_JWT_SECRET } from '../support/app.js';

let t: TestApp | undefined;
afterEach(async () => {
  await t?.close();
  t = undefined;
});

const fieldsOf = async (path: string) => {
  const answer = await t!.as('ann').get(path);
  return answer.status === 200 ? Object.keys(answer.body as object) : answer.status;
};

const LISTS = {
  inbox: ['notifications', 'cursor', 'has_more'],
  sites: ['data', 'meta'],
  workspace: ['data', 'pageInfo'],
  account: ['notifications', 'unreadCount', 'page', 'limit'],
};

describe('base paths', () => {
  it('have all four contracts live at once by default', async () => {
    t = await startApp();
    expect(await fieldsOf('/v1/notifications')).toEqual(LISTS.inbox);
    expect(await fieldsOf('/api/v1/sites/s/notifications')).toEqual(LISTS.sites);
    expect(await fieldsOf('/api/notifications')).toEqual(LISTS.workspace);
    expect(await fieldsOf('/account/api/notifications')).toEqual(LISTS.account);
    expect(await fieldsOf('/notifications')).toBe(404);
  });

  it('give the bare /api to account when the two are swapped', async () => {
    t = await startApp({ basePaths: { workspace: '/account/api', account: '/api' } });
    expect(await fieldsOf('/api/notifications')).toEqual(LISTS.account);
    expect(await fieldsOf('/account/api/notifications')).toEqual(LISTS.workspace);
  });

  it('may be the root', async () => {
    t = await startApp({ basePaths: { workspace: '/' } });
    expect(await fieldsOf('/notifications')).toEqual(LISTS.workspace);
    expect(await fieldsOf('/notifications/unread-count')).toEqual(['count']);
    expect(await fieldsOf('/api/notifications')).toBe(404);
  });

  it('with which two contracts collide stop the start, with both names', async () => {
    const options = completeOptions({
      // Refused before any connection is made.
      database: { url: 'postgres://nobody@127.0.0.1:1/nothing' },
      encryption: { key: 'an encryption key for tests, long enough' },
      auth: { jwtSecret: TEST_JWT_SECRET },
    });
    const basePaths = completeBasePaths({ account: '/api' });
    await expect(createApplication({ ...options, basePaths })).rejects.toThrow(
      'The contracts workspace (WORKSPACE_BASE_PATH=/api) and account (ACCOUNT_BASE_PATH=/api) would both answer ' +
        'GET /api/notifications: give one of them another base path.',
    );
  });
});
