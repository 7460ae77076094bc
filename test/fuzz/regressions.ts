/**
 * Inputs that went wrong once, here or while this was written. Each suite runs its own before anything random, so that
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
