import type { DataSource } from 'typeorm';
import { within } from '../common/within.js';

/** How long the end of the process waits for connections that are still in use: requests and workers have ended before. */
const CLOSE_TIMEOUT_MS = 2_000;

/** Closes the connections, or leaves those to the end of the process that do not come to an end. */
export async function closeDataSource(dataSource: DataSource): Promise<void> {
  if (dataSource.isInitialized) await within(CLOSE_TIMEOUT_MS, dataSource.destroy());
}
