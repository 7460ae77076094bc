import { readFileSync } from 'node:fs';
import { createEmptyDatabase, type TestDatabase } from '../../support/database.js';
import { connect } from '../../support/sql.js';

interface Recorded {
  /** Null: asked with the API key. */
  user: string | null;
  method: string;
  path: string;
  body?: Record<string, unknown>;
  answer: Record<string, unknown>;
}

interface PreviewAnswers {
  apiKey: string;
  /** A generic endpoint of alice's, and each of its signing secrets. */
  archive: { id: string; secrets: string[] };
  /** An ntfy endpoint of bob's. */
  phone: { id: string; token: string };
  idempotent: { key: string; event: Record<string, unknown>; answer: Record<string, unknown> };
  /** What a stream of alice's got after a position in the log, without the counts. */
  stream: { resumeAfter: number; messages: { id: number; event: string; data: Record<string, unknown> }[] };
  answers: Recorded[];
}

const read = (name: string) => readFileSync(`test/database/preview/${name}`, 'utf8');

export const ANSWERS = JSON.parse(read('preview.json')) as PreviewAnswers;

/** A database as the preview's server left it, a moment ago. */
export async function createPreviewDatabase(): Promise<TestDatabase> {
  const database = await createEmptyDatabase();
  const sql = await connect(database.url);
  await sql.rows(read('preview.sql'));
  // What ends by itself within hours would have ended.
  await sql.rows(`
    UPDATE carillon.inbox_log SET logged_at = now();
    UPDATE carillon.idempotency_keys SET created_at = now();
    UPDATE carillon.deliveries SET next_attempt_at = now() WHERE status = 'pending';
    UPDATE carillon.webhook_endpoints SET previous_secrets = (
      SELECT jsonb_agg(s || jsonb_build_object('until', now() + interval '1 hour')) FROM jsonb_array_elements(previous_secrets) s
    ) WHERE previous_secrets <> '[]'`);
  await sql.end();
  return database;
}
