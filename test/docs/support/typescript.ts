import { transform } from '@swc/core';
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Block, nameOf } from './blocks.js';

const run = promisify(execFile);

/** A folder in which `carillon` is installed, and all that this package is developed with. */
export function installInto(folder: string): void {
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync('node_modules').filter((entry) => !entry.startsWith('.')))
    symlinkSync(resolve('node_modules', name), join(modules, name));
  symlinkSync(resolve('.'), join(modules, 'carillon'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
}

/** @returns what a strict compiler says of all files below a folder, each error on a line of its own */
export async function compilerErrors(folder: string): Promise<string[]> {
  const config = {
    extends: resolve('tsconfig.json'),
    compilerOptions: {
      rootDir: '/',
      noEmit: true,
      jsx: 'react-jsx',
      lib: ['ES2023', 'ES2024.String', 'DOM', 'DOM.Iterable'],
      // The sources say what the types of the package will be.
      paths: {
        carillon: [resolve('src/index.ts')],
        'carillon/client': [resolve('web/client/index.ts')],
        'carillon/element': [resolve('web/element/index.ts')],
        'carillon/inbox': [resolve('web/element/index.ts')],
        'carillon/react': [resolve('web/react/index.ts')],
      },
      typeRoots: [resolve('node_modules/@types')],
    },
    include: ['.'],
    exclude: ['node_modules'],
  };
  const path = join(folder, 'tsconfig.json');
  writeFileSync(path, JSON.stringify(config));
  const tsc = resolve('node_modules/typescript/bin/tsc');
  const output = await run(process.execPath, [tsc, '-p', path, '--pretty', 'false'], { cwd: folder }).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
  return output.split('\n').filter((line) => line !== '');
}

/** A block as JavaScript. */
export async function compiled({ code, language }: Block): Promise<string> {
  const made = await transform(code, {
    configFile: resolve('.swcrc'),
    filename: `block.${language}`,
    jsc: {
      parser: { syntax: 'typescript', decorators: true, tsx: language === 'tsx' },
      transform: { react: { runtime: 'automatic' } },
    },
  });
  return made.code;
}

/** Writes a block to a folder under the name that it gives itself, and beside it what Node runs. */
export async function writeBlock(folder: string, block: Block): Promise<void> {
  const path = join(folder, nameOf(block) ?? `line-${block.line}.${block.language}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, block.code);
  writeFileSync(path.replace(/\.tsx?$/, '.js'), await compiled(block));
}
