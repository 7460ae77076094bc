import { readdirSync, readFileSync } from 'node:fs';

/** A fenced block of code in a page. */
export interface Block {
  page: string;
  /** Of its first line of code. */
  line: number;
  language: string;
  /** What stands after the language: how it is run, when its language alone does not say it. */
  how: string;
  /** Why it is not run, where it says so: `no-run: <reason>`. */
  notRun: string | undefined;
  code: string;
}

const FENCE = /^( *)```(.*)\n([^]*?)^\1```$/gm;

/** The pages for readers, whose code must work. */
export const PAGES = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md'],
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => `docs/${path}`)
    .sort(),
];

export function blocksOf(page: string): Block[] {
  const text = readFileSync(page, 'utf8');
  return [...text.matchAll(FENCE)].map(({ index, 2: info = '', 3: code = '' }) => {
    const [, language = '', how = ''] = /^(\S*) *(.*)$/.exec(info) ?? [];
    const line = text.slice(0, index).split('\n').length + 1;
    const [, notRun] = /^no-run: (.+)$/.exec(how) ?? [];
    return { page, line, language, how, notRun, code };
  });
}

/** The tests that run blocks, and the languages that each of them takes. */
const WAYS: Record<string, readonly string[]> = {
  /** In a shell, one after the other, beside the server: shell.test.ts. */
  shell: ['sh'],
  /** Starts that server. */
  serve: ['sh'],
  /** One application of NestJS: application.test.ts. */
  application: ['ts'],
  /** A program that webhooks are sent to: receiver.test.ts. */
  receiver: ['ts'],
  /** In Chromium: test/browser/guide.test.ts. */
  page: ['html', 'js', 'ts'],
  /** Rendered by React: react.test.ts. */
  react: ['tsx'],
  /** Sent to the search: search.test.ts. */
  filter: ['json'],
  order: ['json'],
  /** Folders and files that are there: blocks.test.ts. */
  tree: ['text'],
};

/** How a block is run, when that is known: what stands after its language, and for `sh` alone a shell. */
export function wayOf({ language, how }: Block): string | undefined {
  const way = how === '' && language === 'sh' ? 'shell' : how;
  return WAYS[way]?.includes(language) ? way : undefined;
}

/** The blocks that a test runs. */
export const blocksFor = (way: string): Block[] =>
  PAGES.flatMap(blocksOf).filter((block) => wayOf(block) === way);

/** The name that a block gives itself in its first line: `// main.ts`. */
export const nameOf = ({ code }: Block): string | undefined => /^\/\/ (\S+\.tsx?)\n/.exec(code)?.[1];
