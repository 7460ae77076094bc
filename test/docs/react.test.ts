import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, Program, temporaryFolder } from '../support/program.js';
import { blocksFor } from './support/blocks.js';
import { installInto, writeBlock } from './support/typescript.js';

jest.setTimeout(60_000);

const RENDER = `
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { App } from './inbox.js';
console.log(renderToString(createElement(App)));
`;

const folder = temporaryFolder();
beforeAll(() => build());
afterAll(() => folder.remove());

it('the component of the guide is rendered', async () => {
  installInto(folder.path);
  for (const block of blocksFor('react')) await writeBlock(folder.path, block);
  writeFileSync(join(folder.path, 'render.js'), RENDER);
  const program = Program.start(join(folder.path, 'render.js'), [], folder.path, {});
  await program.exited;
  // Before anything is known: what a server sends.
  expect([program.stdout, program.stderr]).toEqual([expect.stringContaining('<button>More</button>'), '']);
});
