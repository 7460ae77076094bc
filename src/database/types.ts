import type { CustomTypesConfig } from 'pg';

type Parser = (text: string) => unknown;

const number: Parser = Number;
const text: Parser = (value) => value;

/** `NULL` without quotes is null; within quotes, a backslash stands before a quote or a backslash. */
const ELEMENT = /"((?:[^"\\]|\\.)*)"|([^,{}"]+)/gs;

/** Of one dimension: the tables and the statements have no others. */
const arrayOf =
  (parse: Parser): Parser =>
  (value) =>
    Array.from(value.slice(value.indexOf('{')).matchAll(ELEMENT), ([, quoted, plain]) => {
      if (quoted !== undefined) return parse(quoted.replaceAll(/\\(.)/gs, '$1'));
      return plain === 'NULL' ? null : parse(plain as string);
    });

/** A time as sessions in UTC with ISO dates write it: `2026-03-29 02:30:00.5+00`. */
const time: Parser = (value) => {
  if (value === 'infinity') return Infinity;
  if (value === '-infinity') return -Infinity;
  return new Date(value.replace(' ', 'T').replace(/\+00$/, 'Z'));
};

const bytes: Parser = (value) => Buffer.from(value.slice('\\x'.length), 'hex');

/** By the numbers that PostgreSQL gives its types. What is not here stays text, such as `bigint` and `uuid`. */
const PARSERS = new Map<number, Parser>([
  [16, (value) => value === 't'],
  [17, bytes],
  [21, number],
  [23, number],
  [26, number],
  [700, number],
  [701, number],
  [114, JSON.parse as Parser],
  [3802, JSON.parse as Parser],
  [1184, time],
  // Arrays: smallint, integer, text, varchar, bigint, uuid.
  [1005, arrayOf(number)],
  [1007, arrayOf(number)],
  [1009, arrayOf(text)],
  [1015, arrayOf(text)],
  [1016, arrayOf(text)],
  [2951, arrayOf(text)],
]);

/**
 * How values of PostgreSQL are read, on connections of Carillon's own and on those of a host. `pg` has one list for the
 * whole process, which belongs to the application: what it sets there must change nothing here.
 */
export const TYPES = {
  getTypeParser(type: number, format?: string) {
    // Asked for by a host's connections only, and for texts, which are the same in both formats.
    if (format === 'binary') return (value: Buffer) => value.toString('utf8');
    return PARSERS.get(type) ?? text;
  },
} as CustomTypesConfig;
