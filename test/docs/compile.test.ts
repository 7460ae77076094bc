import { afterAll, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/program.js';
import { blocksOf, PAGES, wayOf } from './support/blocks.js';
import { compilerErrors, installInto, writeBlock } from './support/typescript.js';

/** What a page has that takes a client: who is signed in, for example. */
const CONTEXT = `export {};
declare global {
  const session: { token(): string };
}
`;

const folder = temporaryFolder();
afterAll(() => folder.remove());

it('the TypeScript of the pages is taken by a strict compiler', async () => {
  installInto(folder.path);
  writeFileSync(join(folder.path, 'context.ts'), CONTEXT);
  const blocks = PAGES.flatMap(blocksOf).filter(({ language }) => /^tsx?$/.test(language));
  for (const block of blocks.filter(({ notRun }) => notRun === undefined))
    await writeBlock(join(folder.path, wayOf(block) ?? ''), block);
  expect(await compilerErrors(folder.path)).toEqual([]);
  // Half a minute on a busy machine: it reads all sources.
}, 180_000);
