import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const text = (path: string) => readFileSync(path, 'utf8');

/** What CONTRIBUTING says of a new field. */
const example =
  /- \*\*A field of a notification:\*\*[\s\S]*?\n {2}5\. /.exec(text('CONTRIBUTING.md'))?.[0] ?? '';
const named = [...example.matchAll(/^ {2}\d\. `([^`]+)`: /gm)].map(([, path]) => path as string);

it('a new field of a notification is a matter of four files', () => {
  expect(named).toHaveLength(4);
});

it('a field is named in these files, and nowhere else on its way from notify() to a page', () => {
  const way = [
    'src/common',
    'src/dispatcher',
    'src/notifications',
    'src/channels/in-app',
    'src/contracts/inbox',
  ];
  const files = way.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  );
  const withoutComments = (path: string) => text(path).replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const mentions = files.filter((path) => /\blink\b/.test(withoutComments(path)));
  // The rule of this one field, which is more than a text; the links of actions; and the fields that an earlier version hashed.
  const own = [
    'src/notifications/link.ts',
    'src/notifications/extras.ts',
    'src/dispatcher/idempotent-sender.ts',
  ];
  expect(mentions.sort()).toEqual([...named.filter((path) => path.startsWith('src/')), ...own].sort());
});

it('the OpenAPI document has what lists and the body of an event have', () => {
  const { components } = JSON.parse(text('openapi/inbox.json')) as {
    components: { schemas: Record<string, { properties: Record<string, unknown> }> };
  };
  for (const schema of ['EventBody', 'NotificationItem']) {
    expect(Object.keys(components.schemas[schema]?.properties ?? {})).toContain('link');
  }
});
