import { startServer } from './server.js';

const server = await startServer().catch((error: Error) => {
  // A start that fails for a reason which a person can mend says that reason, not a stack.
  const expected = ['ConfigurationError', 'DatabaseStartError', 'ListenError'].includes(error.name);
  process.stderr.write(`${expected ? error.message : error.stack}\n`);
  process.exit(1);
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void server.stop().then(() => process.exit(0)));
}
