import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { Controller, Get, Put } from '../../src/common/routes.js';
import type { BasePaths } from '../../src/config/options.js';
import { basePathProblems, CONTRACTS } from '../../src/contracts/contracts.module.js';
import { collisions, routesOf } from '../../src/contracts/route-table.js';

@Controller('notifications', 'sites')
class Lists {
  @Get('', 'x')
  list() {}

  @Get(':id', 'x')
  get() {}

  @Put('read-all', 'x')
  readAll() {}
}

@Controller('', 'sites')
class Sites {
  @Get('sites/:site_id/notifications', 'x')
  list() {}

  @Put('/notifications/:id/read/', 'x')
  read() {}
}

const lists = (basePath: string, name = 'lists') => ({ name, basePath, controllers: [Lists] });
const sites = (basePath: string) => ({ name: 'sites', basePath, controllers: [Sites] });

describe('the routes of a contract', () => {
  it.each([
    ['/', '/notifications'],
    ['/api', '/api/notifications'],
    ['/api/', '/api/notifications'],
    ['//api//v1', '/api/v1/notifications'],
  ])('at %s begin at its base path', (basePath, path) => {
    expect(routesOf([lists(basePath)])).toEqual([
      { contract: 'lists', method: 'GET', path },
      { contract: 'lists', method: 'GET', path: `${path}/:id` },
      { contract: 'lists', method: 'PUT', path: `${path}/read-all` },
    ]);
  });
});

describe('base paths', () => {
  it.each([
    ['apart', [lists('/a'), lists('/b', 'other')]],
    ['one inside the other', [lists('/api'), sites('/api/v1')]],
    ['the same, with other routes', [lists('/api'), sites('/api')]],
    ['that differ in case', [lists('/api'), lists('/API', 'other')]],
  ])('%s are taken', (_, contracts) => {
    expect(collisions(contracts)).toEqual([]);
  });

  it.each([
    ['the same', [lists('/api'), lists('/api', 'other')], 'GET /api/notifications'],
    ['the same but for a slash', [lists('/api/'), lists('//api', 'other')], 'GET /api/notifications'],
    ['both at the root', [lists('/'), lists('', 'other')], 'GET /notifications'],
    [
      'where a parameter of one takes a word of the other',
      [lists('/'), lists('/notifications', 'other')],
      'GET /notifications/:id and /notifications/notifications',
    ],
  ])('%s are refused', (_, contracts, routes) => {
    const [problem, ...others] = collisions(contracts);
    expect(problem).toContain(routes);
    expect(problem).toMatch(/contracts lists \(LISTS_BASE_PATH=.*\) and other \(OTHER/);
    expect(others).toEqual([]);
  });
});

it('are named for each two contracts that collide', () => {
  const named = collisions([lists('/a'), lists('/a', 'other'), lists('/a', 'third')]);
  expect(named.map((problem) => /contracts (\w+) .* and (\w+) \(/.exec(problem)?.slice(1))).toEqual([
    ['lists', 'other'],
    ['lists', 'third'],
    ['other', 'third'],
  ]);
});

describe('the four contracts', () => {
  const byDefault: BasePaths = { inbox: '/v1', sites: '/api/v1', workspace: '/api', account: '/account/api' };

  it.each<[string, Partial<BasePaths>]>([
    ['at their defaults', {}],
    ['with two of them swapped', { workspace: '/account/api', account: '/api' }],
    ['with one at the root', { workspace: '/' }],
    ['with sites beside workspace at another depth', { sites: '/api/v2' }],
  ])('live together %s', (_, paths) => {
    expect(basePathProblems({ ...byDefault, ...paths })).toEqual([]);
  });

  it.each<[Partial<BasePaths>, string, string]>([
    [{ account: '/api' }, 'workspace', 'account'],
    [{ account: '/v1' }, 'inbox', 'account'],
    [{ workspace: '/v1' }, 'inbox', 'workspace'],
    [{ sites: '/api' }, 'sites', 'workspace'],
    [{ workspace: '/v1/' }, 'inbox', 'workspace'],
  ])('refuse %j with both names', (paths, one, other) => {
    expect(basePathProblems({ ...byDefault, ...paths }).join('\n')).toMatch(
      new RegExp(`${one} \\(${one.toUpperCase()}_BASE_PATH=.*${other} \\(${other.toUpperCase()}_BASE_PATH=`),
    );
  });

  it('have no route that the table misses: Nest has made the documents', () => {
    for (const [name, { controllers }] of Object.entries(CONTRACTS)) {
      const document = JSON.parse(readFileSync(`openapi/${name}.json`, 'utf8')) as {
        paths: Record<string, Record<string, unknown>>;
      };
      const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
        Object.keys(methods).map(
          (method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
        ),
      );
      const basePath = byDefault[name as keyof BasePaths];
      const routes = routesOf([{ name, basePath, controllers }]).map(
        ({ method, path }) => `${method} ${path}`,
      );
      expect(routes.sort()).toEqual(documented.sort());
    }
  });

  it('have the routes of their documents', () => {
    const mounted = (['sites', 'workspace', 'account'] as const).map((name) => ({
      name,
      basePath: byDefault[name],
      controllers: CONTRACTS[name].controllers,
    }));
    expect(
      routesOf(mounted)
        .map(({ method, path }) => `${method} ${path}`)
        .sort(),
    ).toEqual(
      [
        'GET /api/v1/sites/:site_id/notifications',
        'GET /api/v1/sites/:site_id/notifications/unread-count',
        'PUT /api/v1/notifications/:id/read',
        'PUT /api/v1/sites/:site_id/notifications/read-all',
        'GET /api/notifications',
        'GET /api/notifications/:id',
        'DELETE /api/notifications/:id',
        'DELETE /api/notifications/:id/purge',
        'PUT /api/notifications/:id/read',
        'POST /api/notifications/:id/restore',
        'PUT /api/notifications/read-all',
        'GET /api/notifications/unread-count',
        'GET /account/api/notifications',
        'PATCH /account/api/notifications/:notificationId/read',
        'POST /account/api/notifications/read-all',
        'PATCH /account/api/notifications/read-all',
        'PUT /account/api/notifications/read-all',
        'DELETE /account/api/notifications/:notificationId',
        'DELETE /account/api/notifications',
        'GET /account/api/notifications/preferences',
        'PUT /account/api/notifications/preferences',
      ].sort(),
    );
  });
});
