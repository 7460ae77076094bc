import type { Sql } from './sql.js';

/**
 * What a schema is made of, as PostgreSQL's catalogue says, in lines that can be compared: everything but the order of
 * columns, and the rows.
 */
export async function catalogueOf(sql: Sql, schema: string): Promise<string[]> {
  const rows = await sql.rows<{ line: string }>(CATALOGUE, [schema]);
  return rows.map(({ line }) => line);
}

const CATALOGUE = `
  WITH relation AS (
    SELECT c.* FROM pg_class c WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
  )
  SELECT concat_ws(' ', 'relation', relname, relkind, relpersistence, (SELECT string_agg(option, ',' ORDER BY option) FROM unnest(reloptions) option),
    relowner::regrole, relacl::text) AS line
  FROM relation
  UNION ALL
  SELECT concat_ws(' ', 'column', r.relname, a.attname, format_type(a.atttypid, a.atttypmod),
    CASE WHEN a.attnotnull THEN 'not null' END, pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated,
    a.attstorage, a.attcompression, a.attstattarget, a.attoptions::text, a.attcollation::regcollation)
  FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum
  WHERE r.relkind IN ('r', 'v', 'm', 'p')
  UNION ALL
  SELECT concat_ws(' ', 'index', pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisprimary)
  FROM pg_index i JOIN relation r ON r.oid = i.indexrelid
  UNION ALL
  SELECT concat_ws(' ', 'constraint', r.relname, k.conname, pg_get_constraintdef(k.oid), k.convalidated)
  FROM pg_constraint k JOIN relation r ON r.oid = k.conrelid
  UNION ALL
  SELECT concat_ws(' ', 'sequence', r.relname, format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmax,
    s.seqmin, s.seqcache, s.seqcycle, d.refobjid::regclass)
  FROM pg_sequence s JOIN relation r ON r.oid = s.seqrelid
  LEFT JOIN pg_depend d ON d.objid = r.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
    AND d.refclassid = 'pg_class'::regclass
  UNION ALL
  SELECT concat_ws(' ', 'function', pg_get_functiondef(p.oid)) FROM pg_proc p
  WHERE p.pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
  UNION ALL
  SELECT concat_ws(' ', 'trigger', r.relname, pg_get_triggerdef(t.oid)) FROM pg_trigger t JOIN relation r ON r.oid = t.tgrelid
  UNION ALL
  SELECT concat_ws(' ', 'type', t.typname, t.typtype) FROM pg_type t
  WHERE t.typnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
  UNION ALL
  SELECT concat_ws(' ', 'comment', r.relname, c.objsubid, c.description) FROM pg_description c
  JOIN relation r ON r.oid = c.objoid AND c.classoid = 'pg_class'::regclass
  ORDER BY 1`;
