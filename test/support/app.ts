import type { INestApplicationContext } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import jwt from 'jsonwebtoken';
import supertest from 'supertest';
import { createApplication } from '../../src/application.js';
import { completeBasePaths, completeOptions, type HostOptions } from '../../src/config/defaults.js';
import type { BasePaths } from '../../src/config/options.js';
import { createTestDatabase } from './database.js';

export const TEST_JWT_SECRET = 'a secret for tests, of 32 characters and more';

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

export type TestOptions = Partial<HostOptions> & { basePaths?: Partial<BasePaths> };

export function tokenOf(userId: string, claims: Record<string, unknown> = {}): string {
  const inAnHour = Math.floor(Date.now() / 1000) + 3_600;
  return jwt.sign({ exp: inAnHour, ...claims, sub: userId }, TEST_JWT_SECRET);
}

/** The whole application over HTTP, on a database of its own unless it is given one. */
export async function startApp(options: TestOptions = {}): Promise<TestApp> {
  const database = options.database ? undefined : await createTestDatabase();
  const databaseUrl = options.database?.url ?? (database as { url: string }).url;
  const { basePaths, ...host } = options;
  const made = await createApplication(
    {
      ...completeOptions({
        production: false,
        encryption: { key: 'an encryption key for tests, long enough' },
        ...host,
        database: { url: databaseUrl, poolSize: 5, schema: 'carillon', ...options.database },
        auth: { jwtSecret: TEST_JWT_SECRET, ...options.auth },
      }),
      basePaths: completeBasePaths(basePaths),
    },
    // Failures show up in the answers; the log of two hundred expected errors would hide the others.
    false,
  );
  const { core: app, http: server } = made;
  await server.listen(0, '127.0.0.1');
  const url = await server.getUrl();
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
      await made.close();
      await database?.drop();
    },
  };
}

async function createApiKey(app: INestApplicationContext): Promise<string> {
  const { ApiKeyService } = await import('../../src/auth/api-key.service.js');
  return (await app.get(ApiKeyService, { strict: false }).create('test')).key;
}
