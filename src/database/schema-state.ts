import pg from 'pg';
import type { QueryRunner } from 'typeorm';
import { MIGRATIONS } from '../../migrations/index.js';
import { PREVIEW_MIGRATIONS } from '../../migrations/preview.js';
import { DatabaseStartError } from './start-error.js';

/** Where TypeORM writes down which have run. */
export const MIGRATIONS_TABLE = 'migrations';

/** Names of another application's tables in a message: enough to know it by. */
const SHOWN = 5;

/** What stands in the database under the name of the schema. */
export interface SchemaState {
  exists: boolean;
  /** The names of the migrations that have run, oldest first. */
  ran: string[];
  /** Those of them that a preview of 0.1.0 had. */
  preview: string[];
}

/** @throws DatabaseStartError when the schema is another application's or a newer version's, saying so */
export async function lookAtSchema(runner: QueryRunner, schema: string): Promise<SchemaState> {
  const found: unknown[] = await runner.query(`SELECT 1 FROM pg_namespace WHERE nspname = $1`, [schema]);
  if (found.length === 0) return { exists: false, ran: [], preview: [] };
  const relations = await relationsOf(runner, schema);
  const ran = relations.includes(MIGRATIONS_TABLE) ? await migrationsOf(runner, schema) : [];
  const preview = ran.filter((name) => PREVIEW_MIGRATIONS.includes(name));
  const unknown = ran.filter((name) => !preview.includes(name) && !KNOWN.has(name));
  const others = relations.filter((name) => name !== MIGRATIONS_TABLE);
  if (unknown.length === ran.length && others.length > 0) {
    const shown = others.slice(0, SHOWN).join(', ') + (others.length > SHOWN ? ', …' : '');
    throw new DatabaseStartError(
      `The schema "${schema}" is another application's: it has ${shown}, and nothing of Carillon's. Name a schema of ` +
        `Carillon's own (CARILLON_SCHEMA, or database.schema in a host).`,
    );
  }
  if (unknown.length > 0) {
    throw new DatabaseStartError(
      `The schema "${schema}" was brought up to date by a newer version of Carillon, with ${unknown.join(', ')}, which ` +
        `this one does not know: start that version or a later one.`,
    );
  }
  return { exists: true, ran, preview };
}

const KNOWN = new Set(MIGRATIONS.map(({ name }) => name));

async function relationsOf(runner: QueryRunner, schema: string): Promise<string[]> {
  const relations = (await runner.query(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY 1`,
    [schema],
  )) as { name: string }[];
  return relations.map(({ name }) => name);
}

/** By way of JSON: another application's table of this name may have no such columns. */
async function migrationsOf(runner: QueryRunner, schema: string): Promise<string[]> {
  const rows = (await runner.query(
    `SELECT coalesce(to_jsonb(m)->>'name', '') AS name FROM ${pg.escapeIdentifier(schema)}.${MIGRATIONS_TABLE} m
     ORDER BY to_jsonb(m)->'id'`,
  )) as { name: string }[];
  return rows.map(({ name }) => name);
}
