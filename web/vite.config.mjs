import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { defineConfig } from 'vite';

const web = dirname(fileURLToPath(import.meta.url));

/**
 * What a page pays at first, with all that a file brings along; the build fails above it. The bell has no panel in it,
 * which comes when it is wanted. The inbox is what the bell and its panel are, and as little more as makes a page of it.
 */
const LIMITS_KB = { 'bell.js': 27, 'inbox.js': 43 };

/** Templates are not minified with the script around them: their CSS is shortened here, and all indentation goes. */
const minifyTemplates = {
  name: 'minify-templates',
  transform(code, id) {
    if (!id.startsWith(web)) return null;
    const minified = code.replace(/css`([^`]*)`/g, (_, css) => {
      const plain = css.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\s+/g, ' ');
      return `css\`${plain
        .replace(/\s*([{};,>])\s*/g, '$1')
        .replace(/: /g, ':')
        .replace(/;}/g, '}')
        .replace(/([^\d])0\./g, '$1.')
        .replace(/#(\w)\1(\w)\2(\w)\3\b/g, '#$1$2$3')
        .trim()}\``;
    });
    const tight = minified
      .replace(/\n\s+/g, '\n')
      // Only templates have double quotes here.
      .replace(/(\s[\w-]+)="([\w-]+)"(?=[\s>])/g, '$1=$2');
    return { code: tight, map: null };
  },
};

/** By file of lit: what it finds missing without a browser, as in a bundler's server build, or changed by the page. */
const WHERE_IT_RUNS = {
  'reactive-element.js': [
    ['extends HTMLElement', 'extends(globalThis.HTMLElement??Object)'],
    // Options that are not given are none that a page has given to every object, such as `type` or `state`.
    [/static createProperty\(\w,(\w)=\w\)\{/, '$&$1={__proto__:null,...$1};'],
    // Decorators, which nothing here has; frozen, `Symbol` takes no new key.
    [/Symbol\.metadata\?\?=.*?new WeakMap;/, ''],
    [/const (\w)=this\[Symbol\.metadata\];if\(null!==\1\)\{.*?\}(?=this\.)/, ''],
  ],
  'lit-html.js': [
    [/\b(\w+)=document,/, '$1=globalThis.document,'],
    [/=(\w+)\.createTreeWalker\(\1,129\)/, '=$1?.createTreeWalker?.($1,129)'],
    // A policy of this name is refused where another lit has made it, or the page's rules do not list it.
    [/\w+\?(\w+)\.(createPolicy\("lit-html",.*?\}\)):void 0/, '(()=>{try{return $1?.$2}catch{}})()'],
  ],
};

/**
 * What lit says when it is used wrongly (the templates here are tested, and nobody else gives it any), the list of its
 * versions in a page, which only its development build reads, what polyfills of shadow roots hook into, and its ways for
 * browsers without constructable style sheets, which the elements have themselves.
 */
const fitLit = {
  name: 'fit-lit',
  transform(code, id) {
    if (!/\/node_modules\/(@lit|lit[\w-]*)\//.test(id)) return null;
    const quiet = code
      .replace(/Error\((["'`]).*?\1(\+\w+\+\1.*?\1)?\)/g, 'Error()')
      .replace(/\((\w+\.\w+Versions)\?\?=\[\]\)\.push\("[\d.]+"\)/g, '0')
      .replace(/\w\.\w+PolyfillSupport/, 'void 0')
      .replace(/\w+\.ShadowRoot&&\(.*?"replace"in CSSStyleSheet\.prototype/, '!0');
    const fitted = (WHERE_IT_RUNS[basename(id)] ?? []).reduce((text, [what, instead]) => {
      const changed = text.replace(what, instead);
      if (changed === text) throw new Error(`${basename(id)} of lit has no ${what} any more`);
      return changed;
    }, quiet);
    return { code: fitted, map: null };
  },
};

/** The bundler's list of a module's exports would take in what a page adds to `Object.prototype`. */
const ownExports = {
  name: 'own-exports',
  renderChunk: (code) => code.replace('for (var name in all)', 'for (var name of Object.keys(all))'),
};

/** What the demo's pages have in common stands in a file of its own. */
const includeHtml = {
  name: 'include-html',
  transformIndexHtml: {
    order: 'pre',
    handler: (html) =>
      html.replace(/<!-- (\w+\.html) -->/g, (_, name) => readFileSync(join(web, 'demo', name))),
  },
};

/** Says what each file weighs on the way to a browser, and refuses what is too heavy. */
const weigh = {
  name: 'weigh',
  writeBundle({ dir }, bundle) {
    // As hard as scripts/build.mjs compresses what the server sends.
    const kbOf = (name) => gzipSync(readFileSync(join(dir, name)), { level: 9 }).length / 1000;
    const withImports = (name, seen = new Set()) => {
      seen.add(name);
      for (const one of bundle[name]?.imports ?? []) if (!seen.has(one)) withImports(one, seen);
      return [...seen].filter((one) => bundle[one]);
    };
    for (const [name, { type }] of Object.entries(bundle)) {
      if (type !== 'chunk') continue;
      // Not to stdout: what an operator's command prints there is its answer.
      console.error(`${name}: ${kbOf(name).toFixed(1)} kB gzipped`);
      const limit = LIMITS_KB[name];
      if (limit === undefined) continue;
      const kb = withImports(name).reduce((sum, one) => sum + kbOf(one), 0);
      if (kb > limit)
        throw new Error(`${name} is ${kb.toFixed(1)} kB with what it imports, over ${limit} kB`);
    }
  },
};

/** What runs in a browser alone says so to frameworks that render on a server too. The client runs anywhere. */
const SAYS_SO = ['bell', 'inbox', 'element', 'react'];

/**
 * One folder of ES modules under fixed names. `input`: the entries by name. `chunks`: what the names of the others begin
 * with. `around`: what stands before and after each.
 */
const modules = (input, { folder = '', chunks = '', lib, around = [] } = {}) => ({
  consumer: 'client',
  build: {
    lib,
    copyPublicDir: false,
    emptyOutDir: false,
    modulePreload: false,
    // A strict content security policy does not allow data: URLs.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input,
      preserveEntrySignatures: 'allow-extension',
      external: ['react', 'carillon/element', 'carillon/inbox'],
      output: {
        format: 'es',
        banner: ({ name }) => (SAYS_SO.includes(name) ? "'use client';" : ''),
        postBanner: around[0],
        postFooter: around[1],
        entryFileNames: `${folder}[name].js`,
        chunkFileNames: `${folder}${chunks}[name].js`,
        assetFileNames: `${folder}[name].[ext]`,
        minify: true,
      },
    },
  },
});

/** Without what a page's own bundle loads chunks with, which needs a document. */
const library = (input, rest) => modules(input, { ...rest, lib: { entry: input, formats: ['es'] } });

/** One file without imports, exports and names: a service worker takes it as a script or as a module. */
const worker = (name, path) => library({ [name]: join(web, path) }, { around: ['(()=>{', '})();'] });

export default defineConfig({
  root: web,
  base: './',
  appType: 'custom',
  plugins: [minifyTemplates, fitLit, ownExports, includeHtml, weigh],
  build: { outDir: '../dist/web', reportCompressedSize: false },
  environments: {
    // One script tag each: the bell by itself, with a page of one's own, or everything. The larger ones load the smaller.
    element: library({
      bell: join(web, 'element/bell-main.ts'),
      inbox: join(web, 'element/inbox-main.ts'),
      element: join(web, 'element/main.ts'),
    }),
    library: library(
      { client: join(web, 'client/index.ts'), react: join(web, 'react/index.ts') },
      { chunks: 'client-' },
    ),
    pushWorker: worker('push-worker', 'push/worker.ts'),
    sw: worker('sw', 'push/sw.ts'),
    demo: modules(
      { index: join(web, 'demo/index.html'), inbox: join(web, 'demo/inbox.html') },
      { folder: 'demo/' },
    ),
  },
  builder: {
    async buildApp(builder) {
      for (const name of ['element', 'library', 'pushWorker', 'sw', 'demo'])
        await builder.build(builder.environments[name]);
    },
  },
});
