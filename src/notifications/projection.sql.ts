import { timeOfId } from '../common/ids.js';
import { isoTime } from '../common/time.js';
import type { Statement } from '../database/database.js';
import { EVENT_FIELDS, extrasOf, type EventFields } from './event-fields.js';

const EXTRAS = extrasOf('n.');

type EventField<Value> = {
  [Field in keyof EventFields]: NonNullable<EventFields[Field]> extends Value ? Field : never;
}[keyof EventFields];

/** What a row can show that is a text or null, in SQL. `id` and `createdAt` are made from the id alone. */
const TEXTS = {
  ...eventColumns<EventField<string>>('text', (column) => column),
  ...eventColumns<EventField<Date>>('timestamptz', isoText),
  userId: 'n.user_id',
  eventId: 'n.event_id::text',
  readAt: isoText('n.read_at'),
  deletedAt: isoText('n.deleted_at'),
  snoozedUntil: isoText('n.snoozed_until'),
  archivedAt: isoText('n.archived_at'),
  image: EXTRAS.image,
  // Of a row that came to the top again, the first id says when it was new.
  firstCreatedAt: `coalesce(${isoText(timeInId('n.origin_id'))}, ${isoText('n.created_at')})`,
};

/** What it can show besides, each as the text of its JSON; an empty one is a field that the row does not have. */
const OTHERS = {
  ...eventColumns<Exclude<EventField<object>, EventField<Date>>>('jsonb', orNull),
  entity: `CASE WHEN n.entity_type IS NULL THEN 'null' ELSE json_object(ARRAY['type', n.entity_type, 'id', n.entity_id])::text END`,
  isRead: '(n.read_at IS NOT NULL)::text',
  count: 'n.count::text',
  actions: orNull(EXTRAS.actions),
  actor: orNull(EXTRAS.actor),
  // A row has this field only once there is something in it.
  action: `coalesce((n.extras -> 'action')::text, '')`,
};

export type RowField = keyof typeof TEXTS | keyof typeof OTHERS | 'id' | 'createdAt';

/** How a contract shows a notification: its own names for the core's fields. That is all it says. */
export interface ShapeDefinition {
  /** Distinguishes prepared statements: two shapes must not share a name. */
  readonly name: string;
  readonly fields: Readonly<Record<string, RowField>>;
  /** How the id is written; the plain UUID when left out. */
  readonly formatId?: (uuid: string) => string;
}

/** A shape with what is made of it once, not for each row or statement. */
export interface RowShape extends ShapeDefinition {
  /**
   * What PostgreSQL writes, in SQL: an array of the texts, and then the other fields, each in a line of its own. Why it is
   * not `row_to_json` says docs/adr/0003-rows-as-json-text.md.
   */
  readonly json: string;
  /** What {@link shapeRow} writes of the id, and the names of the other fields, in the order in which they come. */
  readonly fromId: readonly IdField[];
  readonly texts: readonly string[];
  readonly others: readonly string[];
}

export function rowShape(definition: ShapeDefinition): RowShape {
  const fields = Object.entries(definition.fields).map(([name, field]) => ({ name: named(name), field }));
  const fromId = fields.flatMap(({ name, field }) =>
    field === 'id' || field === 'createdAt' ? [{ before: `${name}"`, field }] : [],
  );
  const texts = fields.flatMap(({ name, field }) => (isText(field) ? [{ name, sql: TEXTS[field] }] : []));
  if (texts.length === 0) throw new Error(`the rows of "${definition.name}" show no text`);
  const others = fields.flatMap(({ name, field }) => (isOther(field) ? [{ name, sql: OTHERS[field] }] : []));
  const array = `array_to_json(ARRAY[${texts.map(({ sql }) => sql).join(', ')}]::text[], true)::text`;
  return {
    ...definition,
    json: [array, ...others.map(({ sql }) => sql)].join(` || E'\\n' || `),
    fromId,
    texts: texts.map(({ name }) => name),
    others: others.map(({ name }) => name),
  };
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

/** Puts a row together of what {@link shapeColumns} selected and what is made from its id. */
export function shapeRow(shape: RowShape, id: string, json: string): ShapedRow {
  return readRow(shape, id, { text: json, at: 0 });
}

/**
 * All rows of a page as one text, one after the other: each its id, and then what {@link shapeColumns} has. Reading fifty
 * rows from the wire costs the server more than their JSON.
 * @param order the order of the rows
 */
export function shapeLines(shape: RowShape, order: string): string {
  return `string_agg(n.id || ${shape.json}, E'\\n' ORDER BY ${order})`;
}

/** The rows of {@link shapeLines}; null is a page without rows. */
export function shapeAll(shape: RowShape, text: string | null): ShapedRow[] {
  const rows: ShapedRow[] = [];
  const lines = { text: text ?? '', at: 0 };
  while (lines.at < lines.text.length) {
    const id = lines.text.slice(lines.at, lines.at + ID_LENGTH);
    lines.at += ID_LENGTH;
    rows.push(readRow(shape, id, lines));
  }
  return rows;
}

/** Of a UUID as text. */
const ID_LENGTH = 36;

/** A text that is read line by line. No value has a line feed in it: JSON escapes them. */
interface Lines {
  readonly text: string;
  at: number;
}

function readRow(shape: RowShape, id: string, lines: Lines): ShapedRow {
  let json = '{';
  for (const { before, field } of shape.fromId)
    json += `${before}${field === 'createdAt' ? isoTime(timeOfId(id)) : (shape.formatId?.(id) ?? id)}",`;
  // The comma behind each text is the array's. Before it is a bracket or a blank, and behind the last one a bracket.
  const last = shape.texts.length - 1;
  for (let index = 0; index <= last; index += 1)
    json += `${shape.texts[index]}${nextLine(lines, 1, index === last ? 1 : 0)}`;
  for (const name of shape.others) {
    const value = nextLine(lines);
    if (value !== '') json += `,${name}${value}`;
  }
  return { id, json: `${json}}` };
}

/** Without so many characters at its beginning and at its end. */
function nextLine(lines: Lines, skip = 0, drop = 0): string {
  const end = lines.text.indexOf('\n', lines.at);
  const stop = end === -1 ? lines.text.length : end;
  const line = lines.text.slice(lines.at + skip, stop - drop);
  lines.at = stop + 1;
  return line;
}

interface IdField {
  /** The name as JSON has it, up to and with the quote that opens the value. */
  before: string;
  field: 'id' | 'createdAt';
}

function isText(field: RowField): field is keyof typeof TEXTS {
  return field in TEXTS;
}

function isOther(field: RowField): field is keyof typeof OTHERS {
  return field in OTHERS;
}

function eventColumns<Field extends keyof EventFields>(
  ofType: (typeof EVENT_FIELDS)[number]['type'],
  write: (column: string) => string,
): Record<Field, string> {
  const columns = EVENT_FIELDS.filter(({ type }) => type === ofType);
  return Object.fromEntries(columns.map(({ property, name }) => [property, write(`n.${name}`)])) as Record<
    Field,
    string
  >;
}

function orNull(json: string): string {
  return `coalesce((${json})::text, 'null')`;
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
function named(name: string): string {
  if (!/^[A-Za-z_]+$/.test(name)) throw new Error(`"${name}" cannot be a field's name`);
  return `"${name}":`;
}
