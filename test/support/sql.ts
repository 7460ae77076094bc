import pg from 'pg';

/** A connection of the test's own, to look at what is stored and to put there what no route can. */
export interface Sql {
  /** The rows of one statement. */
  rows<Row extends object = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  /** The number in the first column of the first row. */
  number(text: string, values?: unknown[]): Promise<number>;
  end(): Promise<void>;
}

/** Types that PostgreSQL brings have lower numbers. `pg` parses lists as well, which its `builtins` do not name. */
const OWN_TYPES = 5_000;

/** Those of `pg` itself, from before a host of a test could set others. */
const PARSERS = Array.from({ length: OWN_TYPES }, (_, type) => pg.types.getTypeParser(type));
const TYPES = { getTypeParser: (type: number) => PARSERS[type] ?? String } as pg.CustomTypesConfig;

export async function connect(url: string): Promise<Sql> {
  const client = new pg.Client({ connectionString: url, types: TYPES });
  await client.connect();
  return {
    rows: async <Row extends object>(text: string, values: unknown[] = []) =>
      (await client.query<Row>(text, values)).rows,
    number: async (text, values = []) => {
      const { rows } = await client.query<unknown[]>({ text, values, rowMode: 'array' });
      return Number(rows[0]?.[0]);
    },
    end: () => client.end(),
  };
}
