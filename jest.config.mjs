export default {
  testEnvironment: 'node',
  rootDir: '.',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // `npm run test:faults` runs these: they start whole processes, and wait for leases to end.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/faults/', '<rootDir>/test/host/'],
  // Built files are copies of the sources, and come and go while a build runs.
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2022',
          keepClassNames: true,
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
    // CommonJS packages `require` these ES-module-only ones; Node does it by itself, jest's module loader does not.
    'node_modules/(jose|cookie|content-disposition)/.+\\.(js|mjs)$': [
      '@swc/jest',
      { jsc: { target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: ['node_modules/(?!(jose|cookie|content-disposition)/)'],
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  // Each file boots an application of its own; two at once is what a two-core machine carries.
  maxWorkers: 2,
  // Only how soon a hanging test is given up: a busy machine takes several times as long as a quiet one.
  testTimeout: 60_000,
};
