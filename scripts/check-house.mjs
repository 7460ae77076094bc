// The rules of the house that no linter knows: where SQL may stand, where the environment may be read, and how long
// a file may get.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Longer than this, a file has more than one job. */
const MAX_LINES = 300;

// A statement within a text, or a text that begins like one.
const SQL =
  /\b(SELECT\s[\s\S]{1,200}?\bFROM\b|INSERT INTO\b|UPDATE\s+\S+\s+(\w+\s+)?SET\b|DELETE FROM\b)|['"`]\s*(SELECT|WITH|INSERT|UPDATE|DELETE|CALL|COPY|LISTEN|NOTIFY|LOCK|SET|TRUNCATE|CREATE|ALTER|DROP|BEGIN|COMMIT|ROLLBACK)\s/;
const SQL_PLACES = /\.store\.ts$|\.sql\.ts$|^src\/database\//;

/** Where channels are named although it is not their folder, and why. */
const NAMES_CHANNELS = new Map([
  [
    'src/catalogue/shipped-types.ts',
    'the types that the contracts publish, with the defaults of their documents',
  ],
  ['src/audience/', 'a column and a field: the address'],
  ['src/config/defaults.ts', 'the options of mails are called after them'],
  ['src/demo/demo-events.ts', 'an example of an event'],
  ['src/demo/demo-types.ts', 'examples of types'],
  ['src/standalone.ts', 'the keys of pushes, which development makes'],
  ['src/contracts/account/preference-keys.ts', 'the keys that docs/contracts/account.txt publishes'],
  ['src/contracts/inbox/preferences.dto.ts', 'an example for the OpenAPI document'],
  ['src/contracts/inbox/types.dto.ts', 'an example for the OpenAPI document'],
  ['src/contracts/inbox/stream.controller.ts', 'an event of the stream is called `toast`'],
  ['src/preferences/patch.ts', 'an example for the OpenAPI document'],
  ['src/realtime/', 'an event of the stream is called `toast`'],
]);

const files = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative('.', join(entry.parentPath, entry.name)));

// Strings and comments may speak of SQL in lower case; statements are written in capitals.
const withoutComments = (text) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');

/** The keys of the channels: each is said once, in its folder. */
const keys = readdirSync('src/channels', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(
    ({ name }) =>
      /(?:\bkey: |^export const [A-Z]+ = )'(\w+)'/m.exec(
        readFileSync(`src/channels/${name}/${name}.channel.ts`, 'utf8'),
      )?.[1] ?? [],
  );
/** Keys that are names of much else: an address, a method of every array. */
const WORDS = new Set(['email', 'push']);
const spellings = (names) =>
  names.flatMap((key) => [key, key.replace(/_(\w)/g, (_, letter) => letter.toUpperCase())]).join('|');
const one = spellings(keys);
const property = spellings(keys.filter((key) => !WORDS.has(key)));
/** A text that is a key, and a property of that name. */
const CHANNEL = new RegExp(`(['"\`])(${one})\\1|\\.(${property})\\b(?! AS)|\\b(${property})\\??:`);
const mayName = (path) =>
  path.startsWith('src/channels/') || [...NAMES_CHANNELS.keys()].some((place) => path.startsWith(place));

const problems = [];
for (const path of [...files('src'), ...files('web')]) {
  const text = readFileSync(path, 'utf8');
  const code = withoutComments(text);
  const lines = text.split('\n').length;
  if (lines > MAX_LINES) problems.push(`${path}: ${lines} lines, at most ${MAX_LINES}`);
  if (!path.startsWith('src/')) continue;
  if (SQL.test(code) && !SQL_PLACES.test(path)) {
    problems.push(`${path}: SQL belongs in *.store.ts, *.sql.ts and migrations/`);
  }
  const [named] = CHANNEL.exec(code) ?? [];
  if (named && !mayName(path)) {
    problems.push(
      `${path}: names a channel (${named}); outside of its folder channels are known by their list only`,
    );
  }
  if (/process\.env/.test(code) && !path.startsWith('src/config/')) {
    problems.push(`${path}: process.env is read in src/config only`);
  }
  if (/\bcanParse\b/.test(code)) {
    problems.push(
      `${path}: URL.canParse is wrong in Node 20 once it is optimised; use parseUrl of src/common/url.ts`,
    );
  }
  if (/forwardRef/.test(code)) problems.push(`${path}: forwardRef hides a cycle`);
  if (path.endsWith('.controller.ts') && /\bif\s*\(/.test(code)) {
    problems.push(
      `${path}: a controller authenticates, validates, calls and maps; decisions are made elsewhere`,
    );
  }
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
