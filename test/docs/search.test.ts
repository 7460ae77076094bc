import { afterAll, beforeAll, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { blocksFor } from './support/blocks.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

it.each([...blocksFor('filter'), ...blocksFor('order')])(
  'the $how of $page, line $line, is one that workspace takes',
  async ({ how, code }) => {
    await app.post({ type: 'job_failed', user_ids: ['alice'], title: 'Over quota' });
    const parameter = how === 'order' ? 'orderBy' : 'filter';
    const query = { [parameter]: JSON.stringify(JSON.parse(code)) };
    await app.as('alice').get('/api/notifications').query(query).expect(200);
    await app
      .as('alice')
      .get('/api/notifications')
      .query({ [parameter]: '[1]' })
      .expect(400);
  },
);
