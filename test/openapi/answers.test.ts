import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { tokenOf, type TestApp } from '../support/app.js';
import { CALLERS, type Answer } from '../security/ask.js';
import { PUBLIC } from '../security/examples.js';
import { observeAll, type Observed } from '../security/observe.js';

interface Operation {
  parameters?: { in: string; name: string }[];
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

const DOCUMENTS = ['inbox', 'sites', 'workspace', 'account'].map(
  (name) => JSON.parse(readFileSync(`openapi/${name}.json`, 'utf8')) as Document,
);

/** Every documented operation, as the routes of test/security are named. */
const OPERATIONS = DOCUMENTS.flatMap((document) =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Document, Operation] => [
      `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
      document,
      operation,
    ]),
  ),
);

const ajv = new Ajv({ strict: false });
(formats as unknown as (ajv: Ajv) => void)(ajv);

/** OpenAPI 3.0's schema as JSON Schema, of which nothing may be said that is not in it. */
function closed(schema: unknown, components: Document['components']): unknown {
  if (Array.isArray(schema)) return schema.map((one) => closed(one, components));
  if (typeof schema !== 'object' || schema === null) return schema;
  const { nullable, $ref, ...rest } = schema as { nullable?: boolean; $ref?: string };
  if ($ref) return closed(components.schemas[$ref.split('/').at(-1)!], components);
  const own = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, closed(value, components)]));
  if ('properties' in own && !('additionalProperties' in own)) own['additionalProperties'] = false;
  return nullable ? { anyOf: [{ type: 'null' }, own] } : own;
}

/** What a document says of an answer. */
type Documented = Omit<Answer, 'user'>;

function expectDocumented(document: Document, { responses }: Operation, answer: Documented, explicit = true): void {
  const response = responses[answer.status] ?? (explicit ? undefined : responses['default']);
  expect({ documented: Object.keys(responses), answered: answer.status, found: Boolean(response) }).toMatchObject(
    { found: true },
  );
  const type = answer.contentType.split(';')[0]!;
  const schema = response?.content?.[type]?.schema;
  expect({ type, documented: Object.keys(response?.content ?? {}), found: Boolean(schema) }).toMatchObject({
    found: true,
  });
  if (type === 'text/event-stream' || type === 'text/html') return;
  const validate: ValidateFunction = ajv.compile(closed(schema, document.components) as object);
  const body = JSON.parse(answer.text) as unknown;
  validate(body);
  expect({ errors: validate.errors, body }).toMatchObject({ errors: null });
}

let t: TestApp;
let observed: ReadonlyMap<string, Observed>;
let bare: string;

beforeAll(async () => {
  ({ t, observed } = await observeAll());
  // Everything that may be null is.
  bare = (await t.post({ type: 'job_failed', user_ids: ['bare'], title: 'nothing else' })).id;
}, 180_000);

afterAll(() => t.close());

async function send(method: string, path: string, headers: Record<string, string>): Promise<Documented> {
  const response = await fetch(t.url + path, { method, headers });
  const contentType = response.headers.get('content-type') ?? '';
  if (contentType.startsWith('text/event-stream')) {
    await response.body?.cancel();
    return { status: response.status, contentType, text: '' };
  }
  return { status: response.status, contentType, text: await response.text() };
}

const asBare = () => ({ Authorization: `Bearer ${tokenOf('bare')}` });

const credentialsFor = (document: Document, path: string) =>
  document === DOCUMENTS[0] && /^\/v1\/(email|events|users)/.test(path) ? { 'X-API-Key': t.apiKey } : asBare();

/** Links out of mails are public, and answer with a page whatever else is in them. */
const QUERIED = OPERATIONS.flatMap(([name, document, { parameters = [] }]) =>
  parameters.flatMap((parameter): [string, string, Document][] =>
    parameter.in === 'query' && !PUBLIC.test(name) ? [[name, parameter.name, document]] : [],
  ),
);

it.each(QUERIED)('%s says that %s is given more than once', async (name, parameter, document) => {
  const [method, path] = name.split(' ') as [string, string];
  for (const [one, other] of ['12', '11']) {
    const query = `?${parameter}=${one}&${parameter}=${other}`;
    const { status, text } = await send(method, path + query, credentialsFor(document, path));
    expect({ status, ...JSON.parse(text) as object }).toMatchObject({
      status: 400,
      code: 'invalid_input',
      errors: [{ path: parameter, message: 'must not be given more than once' }],
    });
  }
});

describe.each(OPERATIONS)('%s', (name, document, operation) => {
  const [method, path] = name.split(' ') as [string, string];

  it('answers every caller as documented', () => {
    const answers = observed.get(name)?.answers;
    expect(answers).toBeDefined();
    for (const caller of CALLERS) expectDocumented(document, operation, answers![caller]);
    const guarded = PUBLIC.test(name) ? {} : { 400: {}, 401: {} };
    expect(operation.responses).toMatchObject({ ...guarded, 503: {}, default: {} });
  });

  it('refuses wrong input as documented', async () => {
    const credentials = credentialsFor(document, path);
    const answer = await send(method, `${path}?nope=1`, credentials);
    // The types take no parameters, and do not look at any; links out of mails are given more on their way.
    if (path !== '/v1/notification-types' && !PUBLIC.test(name)) expect(answer.status).toBe(400);
    expectDocumented(document, operation, answer);
    if (method === 'GET') return;
    const broken = await fetch(t.url + path, {
      method,
      headers: { ...credentials, 'Content-Type': 'text/plain' },
      body: 'x',
    });
    const text = await broken.text();
    const contentType = broken.headers.get('content-type') ?? '';
    expectDocumented(document, operation, { status: broken.status, contentType, text }, false);
  });
});

describe('a notification of which everything that may be null is', () => {
  const operations = OPERATIONS.filter(([name]) => /notifications(\/:\w+)?(\/(read|restore|purge))?$/.test(name));
  const reading = operations.filter(([name]) => !/DELETE|sites/.test(name));

  it.each(reading)('%s', async (name, document, operation) => {
    const [method, path] = name.split(' ') as [string, string];
    const list = await t.as('bare').get('/v1/notifications').expect(200);
    const [{ id }] = (list.body as { notifications: [{ id: string }] }).notifications;
    const answer = await send(method, path.replace(/:\w+/, id), asBare());
    expect(answer.status).toBe(200);
    expectDocumented(document, operation, answer);
  });

  it.each(operations.filter(([name]) => name.endsWith('/purge')))(
    '%s is 409 while it is not in the trash',
    async (name, document, operation) => {
      const list = await t.as('bare').get('/v1/notifications').expect(200);
      const [{ id }] = (list.body as { notifications: [{ id: string }] }).notifications;
      const answer = await send('DELETE', name.split(' ')[1]!.replace(':id', id), asBare());
      expect(answer.status).toBe(409);
      expectDocumented(document, operation, answer);
    },
  );

  it('and the report of its event', async () => {
    const [, document, operation] = OPERATIONS.find(([name]) => name === 'GET /v1/events/:id')!;
    expectDocumented(document, operation, await send('GET', `/v1/events/${bare}`, { 'X-API-Key': t.apiKey }));
  });
});
