import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import jwt from 'jsonwebtoken';
import pg from 'pg';
import { VAPID } from '../../support/push.js';
import { hashOf, hintOf, makeApiKey } from '../../../src/auth/api-key.js';

const JWT_SECRET = 'a secret for the fault tests, of 32 characters and more';

const ENVIRONMENT = {
  PORT: '0',
  JWT_SECRET,
  ENCRYPTION_KEY: 'an encryption key for the fault tests, long enough',
  WEBHOOKS_ALLOW_NETWORKS: '127.0.0.0/8',
  // Failed attempts are repeated at once: what is tested is that nothing is lost, not how long it takes.
  DELIVERIES_RETRY_SCHEDULE: Array(50).fill('0.2').join(','),
  WEBHOOKS_TIMEOUT_MS: '60000',
};

/** What it takes to send mails and pushes. */
export function sendingTo(smtpUrl: string): Record<string, string> {
  return {
    SMTP_URL: smtpUrl,
    EMAIL_FROM: 'Shop <shop@example.com>',
    PUBLIC_URL: 'https://notify.example.com',
    VAPID_PUBLIC_KEY: VAPID.publicKey,
    VAPID_PRIVATE_KEY: VAPID.privateKey,
    VAPID_SUBJECT: VAPID.subject,
  };
}

export interface Memory {
  /** Bytes that are in use after all garbage is collected. */
  used: number;
  rss: number;
}

/** The built server, as `npm start` runs it, in a process of its own. */
export class Server {
  /** Everything that it has printed. */
  output = '';
  /** Where it listens, once it does. */
  url: string | undefined;
  readonly spawnedAt = performance.now();

  private constructor(readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        this.output += String(chunk);
        this.url ??= /listens on (http:\S+)/.exec(this.output)?.[1];
      });
    }
  }

  /** Only spawns it: it can be killed before it listens. */
  static spawn(environment: Record<string, string>): Server {
    const child = spawn(
      process.execPath,
      ['--expose-gc', '--import', './test/faults/support/child.mjs', 'dist/src/main.js'],
      {
        env: { PATH: process.env['PATH'], ...ENVIRONMENT, ...environment },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      },
    );
    return new Server(child);
  }

  /** Starts it and waits until it listens. */
  static async start(environment: Record<string, string>): Promise<Server & { url: string }> {
    const server = Server.spawn(environment);
    await server.listening();
    return server as Server & { url: string };
  }

  async listening(): Promise<string> {
    while (this.url === undefined) {
      if (!this.alive) throw new Error(`the server ended: ${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return this.url;
  }

  get alive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** @returns the exit code, null when killed */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    if (!this.alive) return this.child.exitCode;
    const exited = once(this.child, 'exit');
    this.child.kill(signal);
    await exited;
    return this.child.exitCode;
  }

  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  async memory(): Promise<Memory> {
    this.child.send('memory');
    // What it said before, when it heard SIGTERM first, may still be waiting to be read.
    for (;;) {
      const [said] = (await once(this.child, 'message')) as [Memory | string];
      if (typeof said === 'object') return said;
    }
  }
}

export function tokenOf(userId: string): string {
  return jwt.sign({ sub: userId }, JWT_SECRET, { expiresIn: '1h' });
}

/** Puts a new API key into a database that a server has brought up to date. */
export async function createApiKey(databaseUrl: string, name = 'faults'): Promise<string> {
  const key = makeApiKey();
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    'INSERT INTO carillon.api_keys (id, name, hash, hint, created_at) VALUES (gen_random_uuid(), $1, $2, $3, now())',
    [name, hashOf(key), hintOf(key)],
  );
  await client.end();
  return key;
}
