import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from '../../src/config/configuration-error.js';
import { loadEnvFile } from '../../src/config/env-file.js';
import { readTypesFile } from '../../src/config/types-file.js';

const TEXT = 'CARILLON_TEST_TEXT=Grüße 🔔\r\nCARILLON_TEST_KEPT=file\r\nCARILLON_TEST_EMPTY=file\r\n';
const TYPES = '[{ "key": "a", "description": "Grüße 🔔" }]';

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

const ENCODINGS: [name: string, encode: (text: string) => Buffer][] = [
  ['UTF-8', (text) => Buffer.from(text)],
  ['UTF-8 with a byte order mark', (text) => Buffer.from(`\ufeff${text}`)],
  ['UTF-16LE with a byte order mark', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['UTF-16BE with a byte order mark', (text) => utf16be(`\ufeff${text}`)],
];

const REFUSED: [name: string, encode: (text: string) => Buffer][] = [
  ['UTF-16LE without a byte order mark', (text) => Buffer.from(text, 'utf16le')],
  ['UTF-16BE without a byte order mark', utf16be],
  ['Latin 1', (text) => Buffer.from(text, 'latin1')],
  ['half a letter of UTF-16', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').subarray(0, 13)],
  ['UTF-32LE', (text) => Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0]), Buffer.from(text, 'utf16le')])],
  ['UTF-32BE', (text) => Buffer.concat([Buffer.from([0, 0, 0xfe, 0xff]), Buffer.from(text)])],
];

const NAMES = ['CARILLON_TEST_TEXT', 'CARILLON_TEST_KEPT', 'CARILLON_TEST_EMPTY'];

let folder: string;
let file: string;
const clear = (): void => NAMES.forEach((name) => delete process.env[name]);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'carillon-text-'));
  file = join(folder, 'file');
});

afterAll(() => {
  clear();
  rmSync(folder, { recursive: true });
});

describe.each(ENCODINGS)('a file in %s', (_name, encode) => {
  it('sets what the process leaves open', () => {
    clear();
    Object.assign(process.env, { CARILLON_TEST_KEPT: 'process', CARILLON_TEST_EMPTY: '' });
    writeFileSync(file, encode(TEXT));
    loadEnvFile(file);
    expect(NAMES.map((name) => process.env[name])).toEqual(['Grüße 🔔', 'process', '']);
  });

  it('holds types', () => {
    writeFileSync(file, encode(TYPES));
    expect(readTypesFile(file)).toEqual([expect.objectContaining({ key: 'a', description: 'Grüße 🔔' })]);
  });
});

it.each(REFUSED)('a file in %s is refused in a sentence that names it', (_name, encode) => {
  const sentence = `${file}: is neither UTF-8 nor UTF-16 with a byte order mark: save it as UTF-8`;
  writeFileSync(file, encode(TEXT));
  expect(() => loadEnvFile(file)).toThrow(ConfigurationError);
  expect(() => loadEnvFile(file)).toThrow(sentence);
  writeFileSync(file, encode(TYPES));
  expect(() => readTypesFile(file)).toThrow(sentence);
});

it('a folder is no file of variables, and none at all is none', () => {
  expect(() => loadEnvFile(folder)).toThrow(ConfigurationError);
  expect(() => loadEnvFile(join(folder, 'none'))).not.toThrow();
});
