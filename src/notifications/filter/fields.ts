import { DELIVERY_STATUSES } from '../../common/delivery-status.js';
import { LEVELS } from '../../config/options.js';
import { DELIVERIES_OF, EVENT_OF } from './relations.sql.js';

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
  /** It holds a key of the type catalogue. */
  key?: true;
  /** Only what is not in the inbox has a value. */
  setsAside?: true;
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

/** A user's notification, as the filter language sees it. `n` is carillon.notifications. */
const NOTIFICATION = {
  id: { type: 'id' },
  userId: { type: 'text', column: 'n.user_id' },
  teamId: { type: 'text', column: 'n.team_id', nullable: true },
  level: { type: 'enum', values: LEVELS },
  type: { type: 'text', key: true },
  title: { type: 'text' },
  body: { type: 'text', nullable: true, long: true },
  read: { type: 'bool', column: 'n.read_at', presence: true },
  readAt: { type: 'time', column: 'n.read_at', nullable: true },
  createdAt: { type: 'time', column: 'n.created_at', inId: true },
  archivedAt: { type: 'time', column: 'n.archived_at', nullable: true, setsAside: true },
  snoozedUntil: { type: 'time', column: 'n.snoozed_until', nullable: true, setsAside: true },
  entityType: { type: 'text', column: 'n.entity_type', nullable: true },
  entityId: { type: 'text', column: 'n.entity_id', nullable: true },
} satisfies Fields;

/** Every contract calls it so. */
export const ID: Field = { ...NOTIFICATION.id, name: 'id', column: 'n.id', nullable: false };

/** What happened, of which the notification is a copy. */
const EVENT = {
  id: { type: 'id' },
  type: { type: 'text' },
  source: { type: 'text' },
  createdAt: { type: 'time', column: 'e.created_at' },
} satisfies Fields;

/** What was sent of the event to the user's webhook endpoints. */
const DELIVERY = {
  // It was null when an endpoint was gone before its deliveries were; filters that ask for that are still understood.
  channel: { type: 'text', column: 'w.kind', nullable: true },
  status: { type: 'enum', values: DELIVERY_STATUSES },
  attempts: { type: 'int' },
  createdAt: { type: 'time', column: 'd.created_at' },
} satisfies Fields;

/** A contract's own names for what a filter or an order may speak of. As with a `RowShape`, that is all it says. */
export interface FilterDefinition {
  /** The parameter that an order comes in, as errors name it. */
  readonly order: string;
  readonly fields: Readonly<Record<string, keyof typeof NOTIFICATION> & { id: 'id' }>;
  readonly event: Readonly<Record<string, keyof typeof EVENT>>;
  readonly deliveries: Readonly<Record<string, keyof typeof DELIVERY>>;
}

/** The names of a contract, with the notification as they describe it. */
export interface FilterShape extends Pick<FilterDefinition, 'order'> {
  readonly entity: Entity;
}

export function filterShape({ order, fields, event, deliveries }: FilterDefinition): FilterShape {
  const relations = [
    { name: 'event', many: false, ...EVENT_OF, fields: named(event, EVENT, 'e') },
    { name: 'deliveries', many: true, ...DELIVERIES_OF, fields: named(deliveries, DELIVERY, 'd') },
  ];
  return {
    order,
    entity: {
      fields: named(fields, NOTIFICATION, 'n'),
      relations: new Map(relations.map((relation) => [relation.name, relation])),
    },
  };
}

type Fields = Record<string, Pick<Field, 'type'> & Partial<Omit<Field, 'type' | 'name'>>>;

/** @param alias of the table that has the columns which are not given: these have the core's names of their fields */
function named(names: Readonly<Record<string, string>>, fields: Fields, alias: string): Map<string, Field> {
  return new Map(
    Object.entries(names).map(([name, key]) => {
      const field = fields[key] as Fields[string];
      return [name, { nullable: false, column: `${alias}.${key}`, ...field, name }];
    }),
  );
}
