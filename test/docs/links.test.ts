import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PAGES } from './support/blocks.js';

/** A page's text without its code, in which nothing is a link. */
const proseOf = (page: string): string => readFileSync(page, 'utf8').replace(/^( *)```[^]*?^\1```$/gm, '');

/** The anchors of a page's headings, as GitHub makes them. */
const anchorsOf = (page: string): string[] =>
  [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

const links = PAGES.flatMap((page) =>
  [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => ({ page, link })),
).filter(({ link }) => !/^[a-z]+:/.test(link));

describe('the pages', () => {
  it('link to what is there', () => {
    const broken = links.filter(({ page, link }) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(target)) return true;
      return anchor !== undefined && (!statSync(target).isFile() || !anchorsOf(target).includes(anchor));
    });
    expect(links.length).toBeGreaterThan(40);
    expect(broken).toEqual([]);
  });

  it('begin with a README that is read in one go', () => {
    expect(readFileSync('README.md', 'utf8').split('\n').length).toBeLessThanOrEqual(121);
  });
});
