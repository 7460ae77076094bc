import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Catalogue, type CatalogueType } from '../catalogue/catalogue.js';
import { Channels } from '../channels/registry.js';
import { Database, type Statement } from '../database/database.js';
import { EVENT_FIELDS } from '../notifications/event-fields.js';
import { OWN_COLUMNS, notifyStatement, type Count, type Written } from './notify.sql.js';
import { defaultOutcome } from './outcome.js';
import type { PreparedEvent } from './prepare.js';

/** Writes events with everything that follows from them. */
@Injectable()
export class NotifyStore {
  private readonly statements: Record<Written, Record<Count, Statement>>;
  private readonly defaults: ReadonlyMap<CatalogueType, string>;

  constructor(
    private readonly database: Database,
    catalogue: Catalogue,
    channels: Channels,
  ) {
    const writing = (written: Written) => ({
      one: notifyStatement(channels.available, written, 'one'),
      many: notifyStatement(channels.available, written, 'many'),
    });
    this.statements = { new: writing('new'), scheduled: writing('scheduled') };
    this.defaults = new Map(catalogue.types.map((type) => [type, defaultOutcome(type, channels)]));
  }

  /**
   * One statement for any number of events and recipients: it resolves the recipients' preferences and writes the
   * events, and what each channel has to write for them: inbox rows, the changes that count and announce them, deliveries.
   * It is atomic by itself, and in a caller's transaction it shares that one's fate.
   * @param written `scheduled`: they are there already, and are sent now
   * @returns how many deliveries were queued
   */
  async insert(manager: EntityManager, events: PreparedEvent[], written: Written = 'new'): Promise<number> {
    const rows = events.map((event) => this.valuesOf(event));
    const userIds = events.flatMap((event) => event.userIds);
    const ids = events.flatMap((event) => event.notificationIds);
    const { one, many } = this.statements[written];
    const [only = [], ...others] = rows;
    if (others.length === 0) return this.database.executeCount(manager, one, [...only, userIds, ids]);
    const columns = only.map((_, column) => rows.map((row) => row[column]));
    const numbers = events.flatMap((event, index) => event.userIds.map(() => index + 1));
    return this.database.executeCount(manager, many, [...columns, userIds, ids, numbers]);
  }

  /** In the order of the statement's columns. */
  private valuesOf(event: PreparedEvent): unknown[] {
    return [
      ...OWN_COLUMNS.map(([name]) =>
        name === 'outcome' ? this.defaults.get(event.type) : VALUES[name](event),
      ),
      ...EVENT_FIELDS.map(({ property }) => event.fields[property]),
    ];
  }
}

type OwnColumn = (typeof OWN_COLUMNS)[number][0];

const VALUES: Record<Exclude<OwnColumn, 'outcome'>, (event: PreparedEvent) => unknown> = {
  id: (event) => event.id,
  created_at: (event) => event.createdAt,
  source: (event) => event.source,
  webhook_event: (event) => event.type.webhookEvent,
  mutable: (event) => event.type.mutable,
  recipients: (event) => event.userIds.length,
};
