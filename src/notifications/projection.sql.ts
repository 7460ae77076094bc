import { timeOfId } from '../common/ids.js';
import { isoTime } from '../common/time.js';
import type { Statement } from '../database/database.js';
import { EVENT_FIELDS, extrasOf, type EventFields } from './event-fields.js';

/** What a row can show, and how PostgreSQL writes it as JSON. `id` and `createdAt` are made from the id alone. */
const COLUMNS = {
  ...(Object.fromEntries(
    EVENT_FIELDS.map(({ property, name, type }) => [
      property,
      type === 'timestamptz' ? isoText(`n.${name}`) : `n.${name}`,
    ]),
  ) as Record<keyof EventFields, string>),
  userId: 'n.user_id',
  eventId: 'n.event_id',
  entity: `CASE WHEN n.entity_type IS NULL THEN NULL ELSE json_build_object('type', n.entity_type, 'id', n.entity_id) END`,
  isRead: '(n.read_at IS NOT NULL)',
  readAt: isoText('n.read_at'),
  deletedAt: isoText('n.deleted_at'),
  snoozedUntil: isoText('n.snoozed_until'),
  archivedAt: isoText('n.archived_at'),
  count: 'n.count',
  ...extrasOf('n.'),
  action: `n.extras -> 'action'`,
  // Of a row that came to the top again, the first id says when it was new.
  firstCreatedAt: `coalesce(${isoText(timeInId('n.origin_id'))}, ${isoText('n.created_at')})`,
};

/** A field that a row has only where it has something, and when that is. */
const ACTION = { field: 'action', isThere: `n.extras ? 'action'` };

export type RowField = keyof typeof COLUMNS | 'id' | 'createdAt';

/** How a contract shows a notification: its own names, in its own order, for the core's fields. That is all it says. */
export interface ShapeDefinition {
  /** Distinguishes prepared statements: two shapes must not share a name. */
  readonly name: string;
  readonly fields: Readonly<Record<string, RowField>>;
  /** How the id is written; the plain UUID when left out. */
  readonly formatId?: (uuid: string) => string;
}

/** A shape with what is made of it once, not for each row or statement. */
export interface RowShape extends ShapeDefinition {
  /** What PostgreSQL writes: the JSON of the columns, in SQL. */
  readonly json: string;
  /** What {@link complete} writes: the fields that are not in that JSON. */
  readonly fromId: readonly IdField[];
}

export function rowShape(definition: ShapeDefinition): RowShape {
  const fields = Object.entries(definition.fields);
  const fromId = fields.flatMap(([name, field]) =>
    isColumn(field) ? [] : [{ before: `"${name}":"`, field }],
  );
  const without = fields.filter(([, field]) => field !== ACTION.field);
  const json =
    without.length === fields.length
      ? columnsJson(fields)
      : `CASE WHEN ${ACTION.isThere} THEN ${columnsJson(fields)} ELSE ${columnsJson(without)} END`;
  return { ...definition, json, fromId };
}

function columnsJson(fields: [name: string, field: RowField][]): string {
  const columns = fields.flatMap(([name, field]) =>
    isColumn(field) ? [`${COLUMNS[field]} AS ${quoteName(name)}`] : [],
  );
  return `row_to_json((SELECT r FROM (SELECT ${columns.join(', ')}) r))::text`;
}

/** A row as its shape's JSON text, ready to be sent, and its id for cursors. */
export interface ShapedRow {
  id: string;
  json: string;
}

/**
 * The select list of a shape, over a row source named `n`: `id` and the JSON text of everything that is not made
 * from the id. PostgreSQL builds the JSON: mapping rows to objects and writing those out again costs more than the
 * query (see docs/performance.md).
 */
export function shapeColumns(shape: RowShape): string {
  return `n.id, ${shape.json} AS json`;
}

/** Whether live notifications alone are meant, or those in the trash as well. */
export type Reach = 'live' | 'all';

/** What a WHERE adds for a reach. */
export function withinReach(reach: Reach): string {
  return reach === 'live' ? ' AND deleted_at IS NULL' : '';
}

/** One notification of a user ($1), by its id ($2). */
export function findStatement(shape: RowShape, reach: Reach): Statement {
  return {
    name: `find.${shape.name}.${reach}`,
    text: `SELECT ${shapeColumns(shape)} FROM :schema.notifications n
      WHERE user_id = $1 AND id = $2${withinReach(reach)}`,
  };
}

/** Completes a row that {@link shapeColumns} selected with what is made from its id. */
export function shapeRow(shape: RowShape, id: string, json: string): ShapedRow {
  return complete(shape, id, json);
}

function complete(shape: RowShape, id: string, json: string): ShapedRow {
  let text = '{';
  for (const { before, field } of shape.fromId) {
    text += before + (field === 'createdAt' ? isoTime(timeOfId(id)) : (shape.formatId?.(id) ?? id)) + '",';
  }
  return { id, json: text + json.slice(1) };
}

/**
 * All rows of a page as one text, a line for each: its id, and then its JSON as {@link shapeColumns} has it (which
 * holds no line feed: JSON escapes them). Reading fifty rows from the wire costs the server more than their JSON.
 * @param order the order of the lines
 */
export function shapeLines(shape: RowShape, order: string): string {
  return `string_agg(n.id || ${shape.json}, E'\\n' ORDER BY ${order})`;
}

/** The rows of {@link shapeLines}; null is a page without rows. */
export function shapeAll(shape: RowShape, lines: string | null): ShapedRow[] {
  if (lines === null) return [];
  return lines.split('\n').map((line) => complete(shape, line.slice(0, ID_LENGTH), line.slice(ID_LENGTH)));
}

/** Of a UUID as text. */
const ID_LENGTH = 36;

interface IdField {
  /** The name as JSON has it, up to the quote that opens the value. */
  before: string;
  field: 'id' | 'createdAt';
}

function isColumn(field: RowField): field is keyof typeof COLUMNS {
  return field in COLUMNS;
}

/** A time as the API writes it. */
export function isoText(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** The time of a UUIDv7: the milliseconds in its first twelve digits. */
function timeInId(column: string): string {
  return `to_timestamp(('x' || left(replace(${column}::text, '-', ''), 12))::bit(48)::bigint / 1000.0)`;
}

// Names come from the contracts' code, never from input; the check keeps it that way.
function quoteName(name: string): string {
  if (!/^[A-Za-z_]+$/.test(name)) throw new Error(`"${name}" cannot be a field's name`);
  return `"${name}"`;
}
