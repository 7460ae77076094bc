import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { pack } from './support/pack.js';

const run = promisify(execFile);

/** What applications bring that use the elements: too much to depend on for one test, so npm fetches it (and keeps it). */
const FRAMEWORKS = [
  ...['next@^16.4.6', 'react@^19.3.1', 'react-dom@^19.3.1', 'vue@^3.5.45', 'vue-tsc@^3.3.14'],
  ...[
    'typescript@6.0.3',
    '@types/node@^20.19.0',
    '@types/react@^19.0.0',
    'react18@npm:@types/react@^18.3.32',
  ],
];

const STRICT = {
  strict: true,
  noEmit: true,
  target: 'es2022',
  lib: ['es2023', 'dom'],
  module: 'esnext',
  moduleResolution: 'bundler',
  types: [],
  // Says that node10 is on its way out.
  ignoreDeprecations: '6.0',
};

const folder = mkdtempSync(join(tmpdir(), 'carillon-pages-'));
/** A project with the frameworks, and one with nothing else. */
const app = join(folder, 'app');
const bare = join(folder, 'bare');

for (const project of [app, bare]) {
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "name": "page", "private": true, "type": "module" }');
}

const refusal = await run(
  'npm',
  ['install', ...FRAMEWORKS, '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'],
  { cwd: app },
).then(
  () => undefined,
  (error: Error) => error.message.split('\n').find((line) => line.includes('npm error')) ?? error.message,
);

/** Tests that need the frameworks. Where they cannot be had, they are skipped, which their title says. */
function itWithFrameworks(name: string, body: () => Promise<void>): void {
  if (refusal === undefined) it(name, body);
  else it.skip(`${name} (skipped: npm could not install the frameworks: ${refusal})`, body);
}

beforeAll(async () => {
  const tarball = await pack();
  for (const project of [app, bare]) {
    const place = join(project, 'node_modules/carillon');
    mkdirSync(place, { recursive: true });
    await run('tar', ['-xzf', tarball, '-C', place, '--strip-components=1']);
  }
  // A peer of the hooks.
  if (refusal !== undefined) symlinkSync(resolve('node_modules/react'), join(app, 'node_modules/react'));
}, 200_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** @returns what a compiler says of files of a project, each in its own line */
async function compile(project: string, compiler: string, files: string[], more: object): Promise<string> {
  for (const name of files) cpSync(join('test/host/pages/types', name), join(project, name));
  const options = { ...STRICT, ...more };
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: options, files, vueCompilerOptions: { strictTemplates: true } }),
  );
  return run(process.execPath, [compiler, '-p', '.'], { cwd: project }).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
}

/** @returns what a module prints, or the error that it ends with: without the minified line that it comes from */
async function evaluate(project: string, script: string): Promise<string> {
  return run(process.execPath, ['--input-type=module', '-e', script], { cwd: project }).then(
    ({ stdout, stderr }) => (stdout + stderr).trim(),
    (error: { stderr: string }) => error.stderr.split('\n').find((line) => /Error/.test(line)) ?? '',
  );
}

const TSC = resolve('node_modules/typescript/bin/tsc');

describe('the package for pages', () => {
  it.each(['client', 'element', 'bell', 'react'])('carries %s, which a server can import', async (entry) => {
    const script = `console.log(Object.keys(await import('carillon/${entry}')).join());`;
    expect(await evaluate(app, script)).toMatch(/createClient|useUnreadCount/);
  });

  it.each(['HTMLElement', 'document', 'customElements', 'window'])(
    'can be imported where %s is all that there is of a browser',
    async (name) => {
      const value = name === 'HTMLElement' ? 'class {}' : '{}';
      const script = `globalThis.${name} = ${value}; await import('carillon/element'); console.log('imported');`;
      expect(await evaluate(bare, script)).toBe('imported');
    },
  );

  it.each([
    ['node10', 'esnext'],
    ['node16', 'node16'],
    ['bundler', 'esnext'],
  ])('has types by %s, without React or Vue, in a project that checks them too', async (by, module) => {
    const more = { module, moduleResolution: by };
    expect(await compile(bare, TSC, ['browser.ts'], more)).toBe('');
    // The peers of the server are not installed here.
    expect(await compile(bare, TSC, ['server.ts'], { ...more, skipLibCheck: true })).toBe('');
  });

  itWithFrameworks('has types for the templates of React 19 and 18 and of Vue', async () => {
    const jsx = { jsx: 'react-jsx' };
    const react18 = { react: ['./node_modules/react18'], 'react/*': ['./node_modules/react18/*'] };
    expect(await compile(app, TSC, ['page.tsx'], jsx)).toBe('');
    expect(await compile(app, TSC, ['page.tsx'], { ...jsx, paths: react18 })).toBe('');
    const vueTsc = join(app, 'node_modules/vue-tsc/bin/vue-tsc.js');
    expect(await compile(app, vueTsc, ['App.vue'], { jsx: 'preserve' })).toBe('');
  });

  itWithFrameworks(
    'is built into an application by Next.js, in client and in server components',
    async () => {
      rmSync(join(app, 'tsconfig.json'), { force: true });
      cpSync('test/host/pages/next', app, { recursive: true });
      await run(process.execPath, ['node_modules/next/dist/bin/next', 'build'], {
        cwd: app,
        env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
      });
      const page = (name: string): string => readFileSync(join(app, `.next/server/app/${name}.html`), 'utf8');
      expect(page('index')).toContain('<carillon-bell base-url="/v1">');
      expect(page('index')).toContain('<output>connecting</output>');
      expect(page('plain')).toContain('<carillon-bell base-url="/v1" theme="dark">');
      // What each page loads defines the elements.
      for (const name of ['index', 'plain']) {
        const scripts = [...page(name).matchAll(/static\/[^"\\]+\.js/g)].map(([path]) =>
          join(app, '.next', path),
        );
        expect(scripts.some((path) => readFileSync(path, 'utf8').includes('carillon-toasts'))).toBe(true);
      }
    },
  );
});
