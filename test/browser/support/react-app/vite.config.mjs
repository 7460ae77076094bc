import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, '../../../../dist/web');

/** A host application that uses the built package, as its own bundler sees it. */
export default defineConfig({
  root: here,
  resolve: {
    alias: {
      'carillon/client': join(dist, 'client.js'),
      'carillon/element': join(dist, 'element.js'),
      'carillon/inbox': join(dist, 'inbox.js'),
      'carillon/react': join(dist, 'react.js'),
    },
  },
  build: {
    modulePreload: false,
    rolldownOptions: {
      input: join(here, 'main.ts'),
      output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
    },
  },
});
