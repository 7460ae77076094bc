import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { call, Host } from './support/host.js';
import { describeInstalled, install } from './support/npm.js';
import { pack } from './support/pack.js';

/** As Nest 11's own generator makes it: CommonJS, on Express, with ts-jest. With it TypeORM 0.3. */
const folder = mkdtempSync(join(tmpdir(), 'carillon-nest11-'));
const host = new Host(folder);
cpSync('test/host/nest11', folder, { recursive: true });
const refusal = await install(folder, await pack());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TSC = join(folder, 'node_modules/typescript/bin/tsc');

describeInstalled(refusal, 'in a host on Nest 11, Express, TypeORM 0.3 and CommonJS', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createEmptyDatabase();
  });
  afterEach(() => host.stop());
  afterAll(() => database.drop());

  it('has its routes, and shares the fate of the transaction of its caller', async () => {
    expect(await host.run(TSC, ['-p', '.'])).toBe('');
    const url = await host.start(['dist/main.js'], { DATABASE_URL: database.url });
    const jo = { 'X-User': 'jo' };
    expect((await call(`${url}/app/orders`, 'POST', {}, { customer: 'jo' })).status).toBe(201);
    expect((await call(`${url}/app/orders`, 'POST', {}, { customer: 'jo', fails: true })).status).toBe(500);
    const { body } = await call(`${url}/v1/notifications`, 'GET', jo);
    expect(body['notifications']).toEqual([expect.objectContaining({ title: 'Order 1' })]);
    for (const path of ['/api/notifications', '/account/api/notifications', '/api/v1/sites/s/notifications'])
      expect([path, (await call(`${url}${path}`, 'GET', jo)).status]).toEqual([path, 200]);
    const wrong = await call(`${url}/v1/notifications/mark-all-read`, 'POST', jo, { team_id: 5, x: 1 });
    expect(wrong.body['errors']).toEqual([
      { path: 'x', message: 'is not known here' },
      { path: 'team_id', message: 'must be a string' },
    ]);
    expect((await call(`${url}/v1/notifications`, 'GET')).status).toBe(401);
  });

  it('is one module, whether it is required or imported', async () => {
    const script = `import('carillon').then((imported) => console.log(imported.UserInbox === require('carillon').UserInbox))`;
    expect(await host.run('-e', [script])).toBe('true\n');
  });

  it("passes tests with the jest configuration of Nest's generator", async () => {
    const output = await host.run('node_modules/jest/bin/jest.js', [], { DATABASE_URL: database.url });
    expect(output).toMatch(/^Tests: +1 passed, 1 total$/m);
  });

  it.each([
    ['node10', 'commonjs'],
    ['node16', 'node16'],
    ['nodenext', 'nodenext'],
    ['bundler', 'esnext'],
  ])('has types by moduleResolution %s', async (moduleResolution, module) => {
    const compilerOptions = {
      module,
      moduleResolution,
      resolvePackageJsonExports: moduleResolution !== 'node10',
    };
    writeFileSync(
      join(folder, 'tsconfig.by.json'),
      JSON.stringify({ extends: './tsconfig.json', compilerOptions }),
    );
    expect(await host.run(TSC, ['-p', 'tsconfig.by.json', '--noEmit'])).toBe('');
  });
});
