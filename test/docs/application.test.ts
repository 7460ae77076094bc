import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import jwt from 'jsonwebtoken';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../src/database/embedded/server-process.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { build, type Environment, Program, temporaryFolder } from '../support/program.js';
import { blocksFor } from './support/blocks.js';
import { firstAnswer } from './support/first-answer.js';
import { installInto, writeBlock } from './support/typescript.js';

// It starts processes, several seconds each on a busy machine.
jest.setTimeout(180_000);

const SECRET = 'the secret that the application signs tokens with';

/** Another process of the application, which does a job that fails. */
const WORKER = `
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { AppModule, JobsService } from './app.module.js';
import { Job } from './database.module.js';

const app = await NestFactory.createApplicationContext(AppModule, { logger: ['error'] });
const jobs = app.get(DataSource).getRepository(Job);
const job = await jobs.save({ id: 1, ownerId: 'rita', name: 'The import', state: 'runs' });
await app.get(JobsService).fail(job, 'Row 3');
console.log(JSON.stringify(await jobs.findOneBy({ id: 1 })));
await app.close();
`;

/** The same application with the other module of the guide, whose users its own sign-in knows. */
const OTHER = `
import { NestFactory } from '@nestjs/core';
import { carillon } from './sessions.module.js';

class OtherModule {}
const app = await NestFactory.create({ module: OtherModule, imports: [carillon] }, { logger: ['error'] });
await app.listen(process.env.PORT);
`;

const folder = temporaryFolder();
const programs: Program[] = [];
let database: TestDatabase;

beforeAll(async () => {
  build();
  database = await createEmptyDatabase();
  installInto(folder.path);
  for (const block of blocksFor('application')) await writeBlock(folder.path, block);
});

afterAll(async () => {
  await Promise.all(programs.map((program) => program.end('SIGKILL')));
  await database.drop();
  folder.remove();
});

function start(file: string, environment: Environment = {}): Program {
  const program = Program.start(join(folder.path, file), [], folder.path, {
    DATABASE_URL: database.url,
    ENCRYPTION_KEY: 'the encryption key of the application',
    JWT_SECRET: SECRET,
    ...environment,
  });
  programs.push(program);
  return program;
}

describe('the application of README.md and docs/nestjs.md', () => {
  it('runs: a job and its notification in one transaction, the routes beside it', async () => {
    const port = await freePort();
    const server = start('main.js', { PORT: String(port) });
    const rita = { Authorization: `Bearer ${jwt.sign({ sub: 'rita' }, SECRET)}` };
    const list = `http://127.0.0.1:${port}/v1/notifications`;
    expect((await firstAnswer(list, {}, server)).status).toBe(401);

    writeFileSync(join(folder.path, 'worker.js'), WORKER);
    const worker = start('worker.js');
    await worker.exited;
    expect(worker.stdout + worker.stderr).toContain('"state":"failed"');
    const { notifications } = (await (await fetch(list, { headers: rita })).json()) as {
      notifications: unknown[];
    };
    expect(notifications).toEqual([expect.objectContaining({ title: 'The import failed', body: 'Row 3' })]);
    const site = encodeURIComponent('ü'.repeat(128));
    const long = `http://127.0.0.1:${port}/api/v1/sites/${site}/notifications`;
    expect((await fetch(long, { headers: rita })).status).toBe(200);

    expect(await server.end('SIGTERM')).toBeNull();
  });

  it('is refused at the start with everything that is missing', async () => {
    const refused = start('main.js', { DATABASE_URL: '', ENCRYPTION_KEY: '', JWT_SECRET: '' });
    expect(await refused.exited).not.toBe(0);
    for (const name of ['database.url', 'encryption.key', 'auth.jwtSecret'])
      expect(refused.stdout + refused.stderr).toContain(`- ${name}`);
  });

  it('runs with options that are made at the start, a sign-in and types of its own', async () => {
    const port = await freePort();
    writeFileSync(join(folder.path, 'other.js'), OTHER);
    const other = start('other.js', { PORT: String(port) });
    const url = `http://127.0.0.1:${port}`;
    const types = await firstAnswer(`${url}/me/notification-types`, { 'X-Session': 'anna' }, other);
    expect(JSON.stringify(await types.json())).toMatch(
      /order_placed.*webhook_disabled|webhook_disabled.*order_placed/,
    );
    expect((await fetch(`${url}/me/notifications`)).status).toBe(401);
    expect((await fetch(`${url}/carillon/element.js`)).status).toBe(200);
    expect((await fetch(`${url}/openapi.json`)).status).toBe(200);
  });
});
