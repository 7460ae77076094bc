import type { INestApplicationContext } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import jwt from 'jsonwebtoken';
import supertest from 'supertest';
import { createApplication } from '../../src/application.js';
import type { RouteOptions } from '../../src/carillon.module.js';
import type { Channel } from '../../src/channels/channel.js';
import { within } from '../../src/common/within.js';
import { completeBasePaths, completeOptions, type HostOptions } from '../../src/config/defaults.js';
import type { BasePaths } from '../../src/config/options.js';
import { HttpApplication } from '../../src/http/http-application.js';
import type { Platform } from '../http/support/host.js';
import { createTestDatabase } from './database.js';

/** How long what a test has started may take to end: a worker that waits for a silent database has 35 s. */
const TOO_LATE_MS = 50_000;

export const TEST_JWT_SECRET = 'a secret for tests, of 32 characters and more';

/** The host's framework, for tests that run in a host; see jest.config.mjs. */
const { PLATFORM } = globalThis as { PLATFORM?: Platform };

export const IN_HOST = PLATFORM !== undefined;

export interface TestApp {
  app: INestApplicationContext;
  server: NestFastifyApplication;
  /** Where it listens. */
  url: string;
  databaseUrl: string;
  /** Requests as nobody. */
  http: ReturnType<typeof supertest>;
  /** Requests as a user, with a Bearer token. */
  as(userId: string): ReturnType<typeof supertest.agent>;
  /** Requests with an API key. */
  producer: ReturnType<typeof supertest.agent>;
  apiKey: string;
  /** Posts an event and expects it to be taken. */
  post(event: Record<string, unknown>): Promise<{ id: string; type: string; created_at: string }>;
  close(): Promise<void>;
}

export type TestOptions = Partial<HostOptions> & {
  basePaths?: Partial<BasePaths>;
  /** With channels of its own it is always a host application: the standalone server has none. */
  channels?: readonly Channel[];
};

export function tokenOf(userId: string, claims: Record<string, unknown> = {}): string {
  const inAnHour = Math.floor(Date.now() / 1000) + 3_600;
  return jwt.sign({ exp: inAnHour, ...claims, sub: userId }, TEST_JWT_SECRET);
}

interface Started {
  app: INestApplicationContext;
  server: NestFastifyApplication;
  url: string;
  close(): Promise<void>;
}

/**
 * The whole application over HTTP, on a database of its own unless it is given one: the standalone server's, or in a host
 * application where the tests run for that.
 */
export async function startApp(options: TestOptions = {}): Promise<TestApp> {
  const database = options.database ? undefined : await createTestDatabase();
  const databaseUrl = options.database?.url ?? (database as { url: string }).url;
  const { basePaths, channels, ...rest } = options;
  const host: HostOptions = {
    production: false,
    encryption: { key: 'an encryption key for tests, long enough' },
    ...rest,
    database: { url: databaseUrl, poolSize: 5, schema: 'carillon', ...options.database },
    auth: { jwtSecret: TEST_JWT_SECRET, ...options.auth },
  };
  const platform = PLATFORM ?? (channels && 'fastify');
  const { app, server, url, close } = platform
    ? await startInHost(platform, host, { contracts: basePaths, channels })
    : await startStandalone(host, basePaths);
  const apiKey = await createApiKey(app);
  const producer = supertest.agent(url).set('X-API-Key', apiKey);
  return {
    app,
    server,
    url,
    databaseUrl,
    http: supertest(url),
    as: (userId) => supertest.agent(url).set('Authorization', `Bearer ${tokenOf(userId)}`),
    producer,
    apiKey,
    post: async (event) => {
      const { body } = await producer.post('/v1/events').send(event).expect(201);
      return (body as { event: { id: string; type: string; created_at: string } }).event;
    },
    close: async () => {
      await ended('the application', close());
      await ended('its database', database?.drop());
    },
  };
}

/** Says what has not ended, and what this process still has open, before a hook is stopped for taking too long. */
async function ended(what: string, end: Promise<void> | undefined): Promise<void> {
  if (end && !(await within(TOO_LATE_MS, end)))
    throw new Error(`${what} has not ended: there are ${process.getActiveResourcesInfo().sort().join(', ')}`);
}

async function startStandalone(host: HostOptions, basePaths: TestOptions['basePaths']): Promise<Started> {
  // Failures show up in the answers; the log of two hundred expected errors would hide the others.
  const options = { ...completeOptions(host), basePaths: completeBasePaths(basePaths) };
  const { core: app, http: server, close } = await createApplication(options, false);
  await server.listen(0, '127.0.0.1');
  return { app, server, url: await server.getUrl(), close };
}

async function startInHost(platform: Platform, host: HostOptions, routes: RouteOptions): Promise<Started> {
  const { startHost } = await import('../http/support/host.js');
  const app = await startHost(platform, { ...host, ...routes });
  const server = app.get(HttpApplication, { strict: false }).app;
  return { app, server, url: await app.getUrl(), close: () => app.close() };
}

async function createApiKey(app: INestApplicationContext): Promise<string> {
  const { ApiKeyService } = await import('../../src/auth/api-key.service.js');
  return (await app.get(ApiKeyService, { strict: false }).create('test')).key;
}
