// What `require('carillon')` gives where Node's own `require` is not at work (in jest): Node takes the ES modules, so that
// there is one Carillon in a process. The packages that are ES modules alone are in the file (ADR 8).
const contained = [
  '@nestjs/passport',
  '@nestjs/schedule',
  'jose',
  'temporal-polyfill',
  'temporal-utils',
  'uuid',
];

export default {
  build: {
    target: 'node20',
    minify: false,
    rollupOptions: {
      output: {
        format: 'cjs',
        entryFileNames: 'index.cjs',
        chunkFileNames: '[name].cjs',
        banner: `/* Contains ${contained.join(', ')}: MIT licensed, as their packages beside this one say. */`,
      },
    },
  },
  ssr: { external: true, noExternal: contained },
};
