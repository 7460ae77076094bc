/** What kind of value a field holds: decides which operators fit it and how a value of the input is read. */
export type FieldType = 'text' | 'id' | 'bool' | 'time' | 'enum' | 'int';

/** A field that a filter or an order may name. */
export interface Field {
  /** The name in the API, which cursors are tied to. */
  name: string;
  type: FieldType;
  /** Qualified by the alias of its table. */
  column: string;
  nullable: boolean;
  /** The values of an enum. */
  values?: readonly string[];
  /** A boolean that says whether the column has a value. */
  presence?: true;
  /** Too long for a cursor: the order looks at its first characters only. */
  long?: true;
  /** The id is minted from it: an order by the id is an order by it. */
  inId?: true;
}

/** Rows of another table that belong to the entity's row. */
export interface Relation {
  name: string;
  /** Many rows are asked about under `some`, `every` and `none`; one row directly. */
  many: boolean;
  /** The tables, with their aliases. */
  from: string;
  /** What ties its rows to the entity's row. */
  on: string;
  fields: ReadonlyMap<string, Field>;
}

export interface Entity {
  fields: ReadonlyMap<string, Field>;
  relations: ReadonlyMap<string, Relation>;
}

const LEVELS = ['info', 'warning', 'error', 'success'] as const;
const STATUSES = ['pending', 'delivered', 'failed'] as const;

/** A user's notification, as the filter language sees it. `n` is carillon.notifications. */
export const NOTIFICATION: Entity = {
  fields: fields('n', {
    id: { type: 'id' },
    userId: { type: 'text', column: 'user_id' },
    workspaceId: { type: 'text', column: 'team_id', nullable: true },
    type: { type: 'enum', column: 'level', values: LEVELS },
    category: { type: 'text', column: 'type' },
    title: { type: 'text' },
    body: { type: 'text', nullable: true, long: true },
    read: { type: 'bool', column: 'read_at', presence: true },
    readAt: { type: 'time', column: 'read_at', nullable: true },
    createdAt: { type: 'time', column: 'created_at', inId: true },
    entityType: { type: 'text', column: 'entity_type', nullable: true },
    entityId: { type: 'text', column: 'entity_id', nullable: true },
  }),
  relations: new Map([
    [
      'event',
      {
        name: 'event',
        many: false,
        from: 'carillon.events e',
        on: 'e.id = n.event_id',
        fields: fields('e', {
          id: { type: 'id' },
          type: { type: 'text' },
          source: { type: 'text' },
          createdAt: { type: 'time', column: 'created_at' },
        }),
      },
    ],
    [
      'deliveries',
      {
        name: 'deliveries',
        many: true,
        from: `carillon.deliveries d
          LEFT JOIN carillon.webhook_endpoints w ON w.user_id = d.user_id AND w.id = d.endpoint_id`,
        // $1 is the user in every statement with a filter; n.user_id would not tell the planner whose rows these are.
        on: 'd.user_id = $1 AND d.event_id = n.event_id',
        fields: new Map([
          // The endpoint's row may be gone before its deliveries are.
          ...fields('w', { channel: { type: 'text', column: 'kind', nullable: true } }),
          ...fields('d', {
            status: { type: 'enum', values: STATUSES },
            attempts: { type: 'int' },
            createdAt: { type: 'time', column: 'created_at' },
          }),
        ]),
      },
    ],
  ]),
};

type Given = Pick<Field, 'type'> & Partial<Omit<Field, 'type' | 'name'>>;

/** Fields by their names; a column that is not given has the field's name. */
function fields(alias: string, given: Record<string, Given>): Map<string, Field> {
  return new Map(
    Object.entries(given).map(([name, field]) => [
      name,
      { nullable: false, ...field, name, column: `${alias}.${field.column ?? name}` },
    ]),
  );
}
