import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync } from 'node:fs';
import { blocksFor, blocksOf, PAGES, wayOf } from './support/blocks.js';

/** What a tree names, by its path: a folder's entries stand below it, two spaces further in. */
function pathsOf(tree: string): string[] {
  let folder = '';
  return tree
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const indented = line.startsWith('  ');
      const names = line.trim().split(/ {2,}/)[0]?.split(', ') ?? [];
      if (!indented) folder = names[0] ?? '';
      return names.map((name) => (indented ? folder + name : name));
    });
}

describe('a block of code in a page', () => {
  it('says how it is run, or why it is not', () => {
    const unknown = PAGES.flatMap(blocksOf)
      .filter((block) => block.notRun === undefined && wayOf(block) === undefined)
      .map(({ page, line, language, how }) => `${page}:${line} ${language} ${how}`);
    expect(unknown).toEqual([]);
  });

  it('that is a tree names what is there, and every folder of the sources', () => {
    const trees = blocksFor('tree');
    expect(trees).toHaveLength(1);
    const named = trees.flatMap(({ code }) => pathsOf(code));
    expect(named.filter((path) => !existsSync(path))).toEqual([]);
    const folders = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => `src/${name}/`).filter((path) => !named.includes(path))).toEqual([]);
  });
});
