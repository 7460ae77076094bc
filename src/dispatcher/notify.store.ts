import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Catalogue, type CatalogueType } from '../catalogue/catalogue.js';
import { Channels } from '../channels/registry.js';
import { Database, type Statement } from '../database/database.js';
import { EVENT_FIELDS } from '../notifications/event-fields.js';
import { OWN_COLUMNS, notifyStatement, type Written } from './notify.sql.js';
import { defaultOutcome } from './outcome.js';
import type { PreparedEvent } from './prepare.js';

/** Writes events with everything that follows from them. */
@Injectable()
export class NotifyStore {
  private readonly statements: Record<Written, Statement>;
  private readonly defaults: ReadonlyMap<CatalogueType, string>;

  constructor(
    private readonly database: Database,
    catalogue: Catalogue,
    channels: Channels,
  ) {
    this.statements = {
      new: notifyStatement(channels.available, 'new'),
      scheduled: notifyStatement(channels.available, 'scheduled'),
    };
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
    const outcomes = events.map(({ type }) => this.defaults.get(type));
    return this.database.executeCount(manager, this.statements[written], parameters(events, outcomes));
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

function parameters(events: PreparedEvent[], outcomes: unknown[]): unknown[] {
  const own = OWN_COLUMNS.map(([name]) => (name === 'outcome' ? outcomes : events.map(VALUES[name])));
  const copied = EVENT_FIELDS.map(({ property }) => events.map(({ fields }) => fields[property]));
  const numbers: number[] = [];
  const userIds: string[] = [];
  const ids: string[] = [];
  events.forEach((event, index) => {
    event.userIds.forEach((userId, position) => {
      numbers.push(index + 1);
      userIds.push(userId);
      ids.push(event.notificationIds[position] as string);
    });
  });
  return [...own, ...copied, numbers, userIds, ids];
}
