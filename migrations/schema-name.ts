import type { QueryRunner } from 'typeorm';

/** The schema that the connection's options name, as SQL writes it. */
export function schemaOf(runner: QueryRunner): string {
  const { schema } = runner.connection.options as { schema?: string };
  if (schema === undefined) throw new Error('the connection that migrates names no schema');
  return `"${schema.replaceAll('"', '""')}"`;
}
