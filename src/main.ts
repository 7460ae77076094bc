import { startServer } from './server.js';

// From the beginning: a start that is ended in the middle must not leave a database behind. `once`, so that whoever
// does not want to wait for that ends the process with a second signal.
const stopping = new AbortController();
const asked = new Promise<void>((resolve) => {
  stopping.signal.addEventListener('abort', () => resolve());
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());

const server = await startServer(stopping.signal).catch((error: Error) => {
  if (stopping.signal.aborted) process.exit(0);
  // A start that fails for a reason which a person can mend says that reason, not a stack.
  const expected = ['ConfigurationError', 'DatabaseStartError', 'ListenError'].includes(error.name);
  process.stderr.write(`${expected ? error.message : error.stack}\n`);
  process.exit(1);
});

await asked;
await server.stop();
process.exit(0);
