// Builds dist/: the server with SWC (types are checked by `npm run typecheck`, not here, so that a start stays
// fast) and the browser files with Vite. With --if-stale it does nothing when dist/ is newer than the sources;
// with --package it adds what only the published package needs: the declarations, and the file for `require`.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const stamp = join(dist, '.built');

const newest = (path) => {
  const info = statSync(path);
  if (!info.isDirectory()) return info.mtimeMs;
  return Math.max(info.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
};
const sources = ['src', 'migrations', 'web', '.swcrc', 'package.json'].map((name) => join(root, name));
const began = new Date();
const stale =
  !existsSync(stamp) || Math.max(...sources.filter(existsSync).map(newest)) > statSync(stamp).mtimeMs;
if (process.argv.includes('--if-stale') && !stale) process.exit(0);

const run = (bin, ...args) =>
  execFileSync(process.execPath, [join(root, 'node_modules', bin), ...args], {
    cwd: root,
    // Vite takes the development build of a library for any other value, whoever set it and what for.
    env: { ...process.env, NODE_ENV: 'production' },
    // The last line of an operator's command is its answer: a build before it must not write to stdout.
    stdio: ['ignore', 2, 2],
  });

/** Writes .gz and .br beside the browser files, which the server sends to whoever takes them. */
const compress = (folder) => {
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.js'))) {
    const path = join(folder, name);
    const content = readFileSync(path);
    writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
    // Brotli's own default is its hardest.
    writeFileSync(`${path}.br`, brotliCompressSync(content));
  }
};

// Built beside its place and moved into it whole: a build that fails or is killed leaves the last good one, and
// two at once do not mix their files.
const output = join(root, `dist.new-${process.pid}`);
const former = join(root, `dist.old-${process.pid}`);
try {
  run('@swc/cli/bin/swc.js', 'src', 'migrations', '-d', output, '--quiet');
  if (existsSync(join(root, 'web', 'vite.config.mjs'))) {
    const place = ['--outDir', join(output, 'web'), '--emptyOutDir'];
    run('vite/bin/vite.js', 'build', '--config', 'web/vite.config.mjs', '--logLevel', 'warn', ...place);
    compress(join(output, 'web'));
  }
  if (process.argv.includes('--package')) {
    const types = [['scripts/tsconfig.types.json', output]];
    for (const folder of ['web', 'web/push'])
      if (existsSync(join(root, folder, 'tsconfig.json')))
        types.push([`${folder}/tsconfig.json`, join(output, 'web')]);
    for (const [project, place] of types) {
      const emit = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--sourceMap', 'false'];
      run('typescript/bin/tsc', '-p', project, '--declarationDir', place, ...emit);
    }
    const commonJs = join(output, 'commonjs');
    const entry = ['--ssr', join(output, 'src', 'index.js'), '--outDir', commonJs];
    run(
      'vite/bin/vite.js',
      'build',
      '--config',
      'scripts/commonjs.config.mjs',
      '--logLevel',
      'warn',
      ...entry,
    );
    writeFileSync(join(commonJs, 'index.d.cts'), "export * from '../src/index.js';\n");
  }
  writeFileSync(join(output, '.built'), '');
  // What was changed while it was built is newer than the build.
  utimesSync(join(output, '.built'), began, began);
  if (existsSync(dist)) renameSync(dist, former);
  renameSync(output, dist);
} finally {
  rmSync(output, { recursive: true, force: true });
  rmSync(former, { recursive: true, force: true });
}
