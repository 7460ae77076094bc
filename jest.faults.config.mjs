import { tests, workerGracefulExitTimeout } from './jest.config.mjs';

/** Tests that kill, cut and race whole processes, and the package in a host application: `npm run test:faults`. */
export default {
  ...tests,
  maxWorkers: 2,
  workerGracefulExitTimeout,
  testMatch: ['<rootDir>/test/faults/**/*.test.ts', '<rootDir>/test/host/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: '<rootDir>/test/faults/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/faults/support/global-teardown.mjs',
  // Much of it is waiting: for a lease of 45 s to end, for half of a connection to be given up.
  testTimeout: 240_000,
};
