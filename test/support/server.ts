import { Logger } from '@nestjs/common';
import { openDatabase } from '../../src/database/data-source.js';
import { startEmbedded } from '../../src/database/embedded/embedded.js';
import pg from 'pg';
import { databaseUrl, TEMPLATE } from './database.js';

/** The folder is removed after that. */
const STOP_SECONDS = 60;

/** The tests on this server kill nothing but sessions, so nothing needs to reach the disk. */
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  // Two test files at once, each with an application or two.
  max_connections: '400',
};

/** Used by jest's global setup only. */
export async function startTestServer(folder: string) {
  Logger.overrideLogger(['fatal', 'error', 'warn']);
  const server = await startEmbedded(folder, { settings: SETTINGS });
  const admin = new pg.Client({ connectionString: databaseUrl(server.url, 'postgres') });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${TEMPLATE}`);
  const dataSource = await openDatabase({
    url: databaseUrl(server.url, TEMPLATE),
    poolSize: 1,
    schema: 'carillon',
  });
  await dataSource.destroy();
  await admin.end();
  return { url: server.url, folder, release: () => server.release(STOP_SECONDS) };
}
