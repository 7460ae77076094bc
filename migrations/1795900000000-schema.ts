import type { QueryRunner } from 'typeorm';
import { type BaselineMigration, type Carried } from './preview.js';
import { schemaOf } from './schema-name.js';

/** The schema itself is made before the migrations run (their own table lives in it); here are its functions. */
export class Schema1795900000000 implements BaselineMigration {
  name = 'Schema1795900000000';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    // A UUIDv7 (RFC 9562) minted from a time, for rows that a statement makes out of other rows.
    await runner.query(`
      CREATE FUNCTION ${schema}.uuid_v7(at timestamptz) RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
        SELECT encode(
          set_bit(set_bit(
            overlay(uuid_send(gen_random_uuid())
              placing substring(int8send((extract(epoch FROM at) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
            52, 1), 53, 1),
          'hex')::uuid
      $$`);
  }

  async fromPreview(): Promise<Carried> {
    return {};
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION ${schemaOf(runner)}.uuid_v7(timestamptz)`);
  }
}
