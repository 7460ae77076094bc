import { setFlagsFromString } from 'node:v8';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApplication, type StandaloneApplication } from './application.js';
import { onStopSignal } from './common/stop-signals.js';
import { within } from './common/within.js';
import { explain } from './explain.js';
import { loadConfig } from './config/environment.js';
import { basePathProblems } from './contracts/contracts.module.js';
import { createLogger } from './http/logger.js';
import { logWarnings, openStandalone } from './standalone.js';

/** How long requests that run may take to end after SIGTERM. */
const DRAIN_MS = 4_000;

/** How long everything may take that ends with the application: a database that is silent would hold it for 35 s. */
const CLOSE_MS = 6_000;

/** How long the embedded database may take after that. */
const RELEASE_MS = 3_500;

/** When the process ends after SIGTERM, even if a part of it hangs, a start included: supervisors kill after 10 s. */
const END_MS = 9_800;

/** The address cannot be listened on. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

export interface RunningServer {
  /** Lets running requests end, then stops the workers and the embedded database. */
  stop(): Promise<void>;
}

/**
 * Starts the standalone server.
 * @param stopping ends the start: what was started is stopped again, and the start fails
 * @throws ConfigurationError, DatabaseStartError or ListenError, each saying what a person can do about it
 */
export async function startServer(stopping: AbortSignal): Promise<RunningServer> {
  const config = loadConfig(basePathProblems);
  const logger = createLogger(config);
  logWarnings(config);
  const { options, embedded } = await openStandalone(config, stopping);
  let app: StandaloneApplication | undefined;
  /** Ends what has been started, however far that came. */
  const stop = async (): Promise<void> => {
    const running = app;
    if (running) {
      const timer = setTimeout(() => running.http.getHttpServer().closeAllConnections(), DRAIN_MS);
      const closed = await within(CLOSE_MS, running.close().catch(logFailure));
      clearTimeout(timer);
      if (!closed)
        new Logger('Carillon').warn(`has not ended within ${CLOSE_MS} ms; what still runs is cut off`);
    }
    if (embedded) await within(RELEASE_MS, embedded.release().catch(logFailure));
  };
  try {
    if (embedded) await unless(stopping, embedded.claim());
    app = await unless(stopping, createApplication(options, logger));
    await unless(stopping, listen(app.http, config.host, config.port));
  } catch (error) {
    await stop();
    throw error;
  }
  const url = await app.http.getUrl();
  new Logger('Carillon').log(`listens on ${url} (docs: ${url}/docs)`);
  return { stop };
}

/** What fails at the end must not keep what comes after it from ending too. */
function logFailure(error: unknown): void {
  new Logger('Carillon').error(`the end failed: ${error instanceof Error ? error.stack : String(error)}`);
}

/** Migrations may take long, and so does the wait for a database that starts: the end of the process waits for neither. */
async function unless<T>(stopping: AbortSignal, work: Promise<T>): Promise<T> {
  let stop: (() => void) | undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = () => reject(stopping.reason as Error);
    stopping.addEventListener('abort', stop);
    if (stopping.aborted) stop();
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    if (stop) stopping.removeEventListener('abort', stop);
  }
}

/**
 * The whole life of the server's process: starts it, and stops it on SIGTERM, SIGINT and SIGHUP. A start that fails ends the
 * process: for a reason which a person can mend it says that reason, not a stack.
 */
export async function serve(): Promise<never> {
  // What V8 once put into its old generation, after a start under load, kept a tenth of all that came after it.
  setFlagsFromString('--no-allocation-site-pretenuring');
  // From the beginning: a start that is ended in the middle must not leave a database behind.
  const stopping = new AbortController();
  const asked = new Promise<void>((resolve) => {
    stopping.signal.addEventListener('abort', () => {
      setTimeout(() => process.exit(0), END_MS).unref();
      resolve();
    });
  });
  onStopSignal(() => stopping.abort());
  // A defect in one request must not end those of all others; inside a host this is the host's to decide.
  process.on('unhandledRejection', (reason) => {
    const text = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
    new Logger('Carillon').error(`a promise failed that nothing waited for: ${text}`);
  });

  const server = await startServer(stopping.signal).catch((error: unknown) => {
    if (stopping.signal.aborted) process.exit(0);
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  });

  await asked;
  await server.stop();
  process.exit(0);
}

async function listen(app: NestFastifyApplication, host: string, port: number): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = {
      EADDRINUSE: 'the port is in use. Stop what uses it, or set PORT to another one (0 takes any free one).',
      EACCES: 'this user may not listen on that port. Set PORT to one above 1023.',
      EADDRNOTAVAIL: 'this machine does not have that address. Set HOST to one that it has.',
      ENOTFOUND: 'the host name cannot be resolved. Set HOST to an address of this machine.',
    }[code ?? ''];
    throw reason ? new ListenError(`Cannot listen on ${host}:${port}: ${reason}`, { cause: error }) : error;
  }
}
