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

const files = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative('.', join(entry.parentPath, entry.name)));

// Strings and comments may speak of SQL in lower case; statements are written in capitals.
const withoutComments = (text) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');

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
