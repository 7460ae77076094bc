import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { mintId, timeOfId } from '../../src/common/ids.js';

export interface EventRow {
  id: string;
  type: string;
  source: string;
  createdAt: string;
}

export interface DeliveryRow {
  channel: string;
  status: string;
  attempts: number;
  createdAt: string;
}

/** A notification as the API names its fields, with what it is related to. Times are ISO with milliseconds. */
export interface Row {
  id: string;
  userId: string;
  workspaceId: string | null;
  type: string;
  category: string;
  title: string;
  body: string | null;
  read: boolean;
  readAt: string | null;
  createdAt: string;
  entityType: string | null;
  entityId: string | null;
  event: EventRow | null;
  deliveries: DeliveryRow[];
  deleted: boolean;
}

/** Letters, cases, wildcards, combining marks, astral characters and controls, in few enough pieces to collide. */
export const PIECES = [
  ...['a', 'b', 'A', 'B', 'ab', 'ß', 'é', 'e\u0301', 'É', 'İ', 'ı', 'ΟΔΟΣ', 'οδος', 'я', 'Я', '\u200d'],
  ...['%', '_', '\\', '\\%', '%%', "'", '"', '--', '$1', ';', ' ', '\n', '\t', '\u0001', '\u007f', '\ufffd'],
  ...['😀', '👩‍👩‍👧', '\u{10ffff}', '\uffff', '\ue000', '𝒳', 'שלום', '漢', 'NULL', 'null', '{}', '\u202e'],
];

export const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...PIECES) },
  fc.array(fc.constantFrom(...PIECES), { maxLength: 4 }).map((pieces) => pieces.join('')),
);

// Few values, so that rows share them; the milliseconds of a day around one instant.
const START = Date.UTC(2026, 2, 30, 8);
export const time = fc.integer({ min: 0, max: 12 }).map((step) => new Date(START + step * 500).toISOString());

const LEVELS = ['info', 'warning', 'error', 'success'];
const TYPES = ['job_failed', 'job_completed', 'content_submitted'];

const event = fc.record({
  type: fc.constantFrom(...TYPES),
  source: text,
  createdAt: time,
});

const delivery = fc.record({
  channel: fc.constantFrom('slack', 'discord', 'generic'),
  status: fc.constantFrom('pending', 'delivered', 'failed'),
  attempts: fc.integer({ min: 0, max: 4 }),
  createdAt: time,
});

const row = fc.record({
  workspaceId: fc.option(fc.constantFrom('w1', 'w2', 'Ω'), { freq: 3 }),
  type: fc.constantFrom(...LEVELS),
  category: fc.constantFrom(...TYPES),
  title: text,
  body: fc.option(text, { freq: 3 }),
  readAt: fc.option(time, { freq: 2 }),
  createdAt: time,
  entityType: fc.option(text, { freq: 3 }),
  entityId: fc.option(text, { freq: 3 }),
  event: fc.option(event, { freq: 8 }),
  deliveries: fc.array(delivery, { maxLength: 3 }),
  deleted: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
});

/** The same rows on every run: what varies is what is asked about them. */
export function sampleRows(userId: string, count: number): Row[] {
  return fc.sample(row, { numRuns: count, seed: 20260330 }).map((one) => ({
    ...one,
    id: mintId(Date.parse(one.createdAt)),
    userId,
    read: one.readAt !== null,
    event: one.event && { ...one.event, id: mintId(Date.parse(one.event.createdAt)) },
  }));
}

/** Stores rows with their events, deliveries and counters. */
export async function store(dataSource: DataSource, rows: Row[]): Promise<void> {
  for (const one of rows) {
    const eventId = one.event?.id ?? mintId(Date.parse(one.createdAt));
    if (one.event) {
      await dataSource.query(
        `INSERT INTO carillon.events (id, type, level, source, title, recipients, created_at)
         VALUES ($1, $2, 'info', $3, 'x', 0, $4)`,
        [one.event.id, one.event.type, one.event.source, one.event.createdAt],
      );
    }
    await dataSource.query(
      `INSERT INTO carillon.notifications (user_id, id, event_id, type, level, team_id, title, body, entity_type,
         entity_id, created_at, read_at, deleted_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
      [
        ...[one.userId, one.id, eventId, one.category, one.type, one.workspaceId, one.title, one.body],
        ...[one.entityType, one.entityId, one.createdAt, one.readAt, one.deleted ? one.createdAt : null],
      ],
    );
    for (const each of one.deliveries) await storeDelivery(dataSource, one.userId, eventId, each);
  }
  await dataSource.query(
    `INSERT INTO carillon.inbox_totals (user_id, team_id, unread, live)
     SELECT user_id, coalesce(team_id, ''), count(*) FILTER (WHERE read_at IS NULL), count(*)
     FROM carillon.notifications WHERE deleted_at IS NULL AND user_id = ANY($1) GROUP BY 1, 2`,
    [rows.map(({ userId }) => userId)],
  );
}

async function storeDelivery(
  dataSource: DataSource,
  userId: string,
  eventId: string,
  { channel, status, attempts, createdAt }: DeliveryRow,
): Promise<void> {
  const endpointId = mintId(Date.parse(createdAt));
  await dataSource.query(
    `INSERT INTO carillon.webhook_endpoints (user_id, id, name, kind, events, url_box, created_at, updated_at)
     VALUES ($1, $2, 'x', $3, '{*}', 'x', $4, $4)`,
    [userId, endpointId, channel, createdAt],
  );
  await dataSource.query(
    `INSERT INTO carillon.deliveries (user_id, id, channel, target_id, event_id, event, status, attempts, created_at)
     VALUES ($1, $2, 'webhook', $3, $4, 'x', $5, $6, $7)`,
    [userId, mintId(timeOfId(eventId)), endpointId, eventId, status, attempts, createdAt],
  );
}
