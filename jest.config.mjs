/** How a file of tests is run, whatever it is for. */
export const tests = {
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
};

/**
 * How long a worker may take to end before it counts as one that something keeps from it. Nothing did in those that took
 * longer than jest's 500 ms: to give back half a gigabyte of modules takes about as long, on a busy machine longer.
 */
export const workerGracefulExitTimeout = 10_000;

/**
 * A worker with more than that is replaced by a new one after its file: ES modules stay in its memory when a file is done,
 * about 40 MB for each that boots the application, and with gigabytes of them it spends its time on collecting garbage.
 */
const workerIdleMemoryLimit = '1GB';

/** What the contracts promise holds in a host as well, whatever it has set for its own routes. */
const contracts = [
  'contracts/(account|costly-searches|sites|workspace.*)',
  'dispatcher/event.*',
  'inbox/(actions|list|routes|search|seen)',
  'realtime/stream',
  'security/routes',
];
/** @param PLATFORM the host's framework: with it test/support/app.ts starts a host in place of the server */
const inHost = (PLATFORM) => ({
  ...tests,
  displayName: PLATFORM,
  testMatch: undefined,
  testRegex: `/test/(${contracts.join('|')})\\.test\\.ts$`,
  globals: { PLATFORM },
});

export default {
  projects: [{ ...tests, displayName: 'standalone' }, inHost('express'), inHost('fastify')],
  // Each file boots an application of its own; two at once is what a two-core machine carries.
  maxWorkers: 2,
  workerGracefulExitTimeout,
  workerIdleMemoryLimit,
  // Only how soon a hanging test is stopped: a busy machine takes several times as long as a quiet one.
  testTimeout: 60_000,
};
