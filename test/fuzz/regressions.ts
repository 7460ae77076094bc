/**
 * Inputs that went wrong once, here or while this was written, and those next to them. Each suite runs its own before anything random, so that
 * what was mended stays so.
 */

/** Request lines and headers that Node's parser refuses: they were answered with a body of Fastify's own. */
export const UNREADABLE: string[] = [
  'FOO /v1/notifications HTTP/1.1\r\nHost: x\r\n\r\n',
  'GET /v1/notifications?a b HTTP/1.1\r\nHost: x\r\n\r\n',
  'GET /v1/notifications?limit=\xff HTTP/1.1\r\nHost: x\r\n\r\n',
  'GET /health HTTP/1.1\r\nHost: x\r\nX A: b\r\n\r\n',
  'GET /health HTTP/1.1\r\nHost: x\r\nX-A: a\x01b\r\n\r\n',
  'POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n',
  'POST /v1/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: foo\r\n\r\n',
  'POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
];

/** Paths that lead out of a folder of files: a 403 that spoke of API keys. */
export const PATHS: string[] = [
  '/carillon/%2e%2e/src/main.js',
  '/carillon/..%2f..%2fpackage.json',
  '/carillon/element.js%00.js',
  '/docs/..%2f..%2fpackage.json',
  '/docs/%2e%2e/%2e%2e/package.json',
  '/v1/notifications/%zz',
  '/%',
  '//evil.example/v1/notifications',
  '/v1//notifications',
];

/** Bodies, by the path that they are sent to. */
export const BODIES: string[] = [
  '{"__proto__":{"x":1}}',
  '{"constructor":{"prototype":{}}}',
  '{"types":{"__proto__":{"in_app":true}}}',
  '{"types":{"constructor":{"in_app":true}}}',
  '{"types":{"job_failed":{"__proto__":true}}}',
  '{"types":{"job_failed":{"toString":true}}}',
  '{"types":null}',
  '{"toString":true}',
  '{"type":"toString","user_ids":["ann"],"title":"t"}',
  '{"type":"job_failed","user_ids":{"length":1,"0":"ann"},"title":"t"}',
  '{"type":"job_failed","user_ids":["ann"],"title":"\\ud800"}',
  '{"type":"job_failed","user_ids":["ann"],"title":"\\u0000"}',
  '{"type":"job_failed","user_ids":["ann"],"title":"t","data":{"\\ud800":1}}',
  '{"type":"job_failed","user_ids":["ann"],"title":"t","data":{"a":1e999}}',
  '{"name":"\\ud800","kind":"generic","url":"https://example.com/","events":["*"]}',
  '{"name":"n","kind":"constructor","url":"https://example.com/","events":["*"]}',
  '{"name":"n","kind":"generic","url":"https://[::1","events":["*"]}',
  '{"team_id":"\\ud800"}',
  '[]',
  'null',
  '1',
  '"x"',
];

/** Values of headers, as bytes. */
export const HEADERS: string[] = [
  '',
  ' ',
  ',',
  '"',
  'W/',
  '*',
  ',*',
  '\xff\xfe',
  '\x7f',
  '9'.repeat(16),
  '-1',
  '00',
  '1e3',
];

/** Spellings of hosts which a URL guard must see through. */
export const HOSTS: string[] = [
  '0',
  '127.1',
  '0x7f.1',
  '017700000001',
  '2130706433',
  '127.0.0.1.',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '[64:ff9b::a9fe:a9fe]',
  '[2002:7f00:1::]',
  '①②⑦.⓪.⓪.①',
  '169.254.169.254',
  '[fd00:ec2::254]',
  '[fec0::1]',
  '[100::1]',
  '[5f00::1]',
  '192.88.99.1',
];

/** Cursors that the inbox never handed out, made of an id and the time it was minted at: 400. */
export const CURSORS: ((id: string, time: string) => string)[] = [
  () => '|',
  () => 'null',
  () => '\0',
  () => '\ud800',
  (id) => id,
  (id) => `|${id}`,
  (_id, time) => time,
  (_id, time) => `${time}|`,
  (id, time) => `${id}|${time}`,
  (id, time) => `${time}|${id}|`,
  (id, time) => `${time}|${id} `,
  (id, time) => `${time}|${id}' OR true --`,
  (id, time) => `${time}|${id.toUpperCase()}`,
  (id, time) => `${time}|${id.replaceAll('-', '')}`,
  // Of the fourth version, and of no variant.
  (id, time) => `${time}|${id.slice(0, 14)}4${id.slice(15)}`,
  (id, time) => `${time}|${id.slice(0, 19)}0${id.slice(20)}`,
  // The same instant, written in another way, and another instant than the id's.
  (id, time) => `${time.replace('Z', '+00:00')}|${id}`,
  (id, time) => `${time.replace('Z', '000Z')}|${id}`,
  (id, time) => `${time.replace('T', ' ')}|${id}`,
  (id, time) => `${Date.parse(time)}|${id}`,
  (id, time) => `${new Date(Date.parse(time) + 1).toISOString()}|${id}`,
  // At the end of what a Date and an id can be.
  (id) => `+275760-09-13T00:00:00.001Z|ffffffff-ffff${id.slice(13)}`,
];

/** Cursors of the workspace that are none, made of one that is: 400. */
export const SEARCH_CURSORS: ((cursor: string) => string)[] = [
  () => '.',
  () => '..',
  () => '\0',
  () => '\ud800',
  // Sealed by nobody, and no list inside.
  () => `${Buffer.from('null').toString('base64url')}.`,
  () => `${Buffer.from('{"length":2}').toString('base64url')}.AAAAAAAAAAAAAAAA`,
  (cursor) => `${cursor}.`,
  (cursor) => `${cursor}=`,
  (cursor) => `.${cursor}`,
  (cursor) => cursor.replace('.', ''),
  (cursor) => cursor.slice(0, cursor.indexOf('.') + 1),
  (cursor) => cursor.slice(cursor.indexOf('.')),
  (cursor) => cursor.toLowerCase(),
];

/** Texts of `orderBy` that are none: 400. */
export const ORDERS: string[] = [
  '[',
  'null',
  '1',
  '{}',
  '"title"',
  '{"title":"asc"}',
  '[null]',
  '[[]]',
  '[["title","asc"]]',
  '[{}]',
  '["title"]',
  '[{"title":"asc","body":"asc"}]',
  '[{"title":"asc"},{"title":"desc"}]',
  '[{"title":"ASC"}]',
  '[{"title":null}]',
  '[{"title":["asc"]}]',
  '[{"title":"asc; DROP TABLE x"}]',
  '[{"\\"title\\"":"asc"}]',
  // Names that every object has.
  '[{"__proto__":"asc"}]',
  '[{"constructor":"asc"}]',
  '[{"title":"constructor"}]',
  '[{"title":"__proto__"}]',
  '[{"title":"\\ud800"}]',
  `[${Array(200).fill('{"title":"asc"}').join()}]`,
];

/** Texts of filters that are none: 400. */
export const BAD_FILTERS: string[] = [
  '{',
  'null',
  '[]',
  '"title"',
  '{"AND":{}}',
  '{"NOT":[]}',
  '{"NOT":null}',
  '{"OR":[null]}',
  '{"__proto__":{}}',
  '{"constructor":{}}',
  '{"title":{"toString":"x"}}',
  '{"title":{"__proto__":"x"}}',
  '{"event":{"__proto__":{}}}',
  '{"deliveries":{"constructor":{}}}',
  '{"title":{"in":{"length":1}}}',
  '{"title":"\\u0000"}',
  '{"title":{"contains":"\\ud800"}}',
  '{"title":{"like":"\\\\"}}',
  '{"createdAt":"2026-02-30"}',
  '{"createdAt":"0000-01-01"}',
  '{"createdAt":"9999-12-31T23:59:59-01:00"}',
  '{"createdAt":"+275760-09-13T00:00:00Z"}',
  '{"deliveries":{"some":{"attempts":1e999}}}',
  '{"deliveries":{"some":{"attempts":0.5}}}',
  '{"id":"ntf_"}',
  // Deeper than a stack of calls would like.
  `${'{"NOT":'.repeat(1_000)}{}${'}'.repeat(1_000)}`,
];

/** Filters that once found too much or too little, or could. */
export const FILTERS: object[] = [
  // Times finer than a millisecond: PostgreSQL rounds what a column cuts off.
  { createdAt: { gt: '2026-03-30T08:00:00.0004Z' } },
  { createdAt: { lte: '2026-03-30T08:00:00.4999999Z' } },
  { createdAt: '2026-03-30T08:00:00.500000001Z' },
  { readAt: { neq: '2026-03-30T08:00:00.5000001Z' } },
  { createdAt: { in: ['2026-03-30T13:30:00.500+05:30', null] } },
  // What is true of rows without a value.
  { body: { neq: 'a' } },
  { NOT: { body: { gt: 'a' } } },
  { NOT: { body: { in: ['a', null] } } },
  { NOT: { event: {} } },
  { deliveries: { every: { status: 'failed' } } },
  { NOT: { deliveries: { none: {} } } },
  { OR: [] },
  { NOT: { AND: [] } },
  { title: { in: [] } },
  // Wildcards that are not meant, and letters of more than one case.
  { title: { contains: '%' } },
  { title: { startsWith: '_' } },
  { title: { endsWith: '\\' } },
  { title: { like: '\\%%' } },
  { title: { ilike: '%я%' } },
];

/** Orders whose pages could lose a row or show it twice: ties, nulls at either end, and what the id decides. */
export const SORTS: Record<string, string>[][] = [
  [],
  [{ title: 'desc' }],
  [{ read: 'asc' }],
  [{ body: 'asc_nulls_first' }, { readAt: 'desc_nulls_last' }],
  [{ body: 'desc_nulls_first' }, { readAt: 'asc_nulls_last' }],
  [{ id: 'asc' }, { title: 'desc' }],
  [{ createdAt: 'desc' }, { id: 'asc' }],
  [{ createdAt: 'asc' }],
];

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const SUB = { sub: 'bob' };

/** Tokens that are none, made of one of bob's that is: 401. */
export const TOKENS: ((header: string, payload: string, signature: string) => string)[] = [
  () => '.',
  () => '..',
  () => '...',
  () => 'null',
  (header, payload) => `${header}.${payload}`,
  (header, payload) => `${header}.${payload}.`,
  (header, _payload, signature) => `${header}..${signature}`,
  (_header, payload, signature) => `.${payload}.${signature}`,
  (header, payload, signature) => `${header}.${payload}.${signature}.`,
  (header, payload, signature) => `${header}.${payload}.${signature}=`,
  (header, payload, signature) => `${header}.${payload}.${signature}A`,
  (header, payload, signature) => `${header}.${payload}=.${signature}`,
  (header, payload, signature) => `${header}.${payload}.${signature.toLowerCase()}`,
  (header, payload, signature) => `${header}.${payload}, ${header}.${payload}.${signature}`,
  // Nobody's signature, by every way of saying so.
  ...['none', 'None', 'NONE', 'nOnE', '', null, 0, []].flatMap((alg) => [
    (_header: string, payload: string) => `${part({ alg, typ: 'JWT' })}.${payload}.`,
    (_header: string, payload: string, signature: string) => `${part({ alg })}.${payload}.${signature}`,
  ]),
  // Algorithms that it was not signed with, and extensions that nobody here understands.
  ...['HS384', 'HS512', 'RS256', 'ES256', 'PS256', 'EdDSA', 'dir', '__proto__', 'toString'].map(
    (alg) => (_header: string, payload: string, signature: string) =>
      `${part({ alg })}.${payload}.${signature}`,
  ),
  (_header, payload, signature) => `${part({ alg: 'HS256', crit: ['exp'] })}.${payload}.${signature}`,
  (_header, payload, signature) =>
    `${part({ alg: 'HS256', b64: false, crit: ['b64'] })}.${payload}.${signature}`,
  (_header, payload, signature) => `${part({ alg: 'HS256', kid: '../../dev/null' })}.${payload}.${signature}`,
  (_header, payload, signature) =>
    `${part({ alg: 'HS256', jwk: { kty: 'oct', k: 'AAAA' } })}.${payload}.${signature}`,
  // Parts that are no JSON objects.
  ...[null, 1, 'x', []].flatMap((value) => [
    (header: string, _payload: string, signature: string) => `${header}.${part(value)}.${signature}`,
    (_header: string, payload: string, signature: string) => `${part(value)}.${payload}.${signature}`,
  ]),
  (header, _payload, signature) => `${header}.${part(SUB)}.${signature}`,
];
