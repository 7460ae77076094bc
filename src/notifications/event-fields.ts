import { Column, getMetadataArgsStorage } from 'typeorm';
import type { Level } from '../config/options.js';
import type { Extras } from './extras.js';

/**
 * What a notification has of its event: the columns that `events` and `notifications` have alike. The statement of
 * `notify()`, the copy in the inbox, what rows can show and what `UserInbox` answers are made from this list.
 */
export abstract class EventFields {
  /** A key of the catalogue, as it was when the event was sent. */
  @Column('text')
  type: string;

  @Column('text')
  level: Level;

  @Column('text', { name: 'team_id', nullable: true })
  teamId: string | null;

  @Column('text')
  title: string;

  @Column('text', { nullable: true })
  body: string | null;

  @Column('text', { nullable: true })
  link: string | null;

  @Column('jsonb', { nullable: true })
  data: Record<string, unknown> | null;

  @Column('text', { name: 'entity_type', nullable: true })
  entityType: string | null;

  @Column('text', { name: 'entity_id', nullable: true })
  entityId: string | null;

  /** From then on it is in no list and no count, and nothing sends it any more. */
  @Column({ type: 'timestamptz', name: 'expires_at', precision: 3, nullable: true })
  expiresAt: Date | null;

  /** What it belongs together with. */
  @Column('text', { name: 'collapse_key', nullable: true })
  collapseKey: string | null;

  /** What is only shown: actions, image and actor. */
  @Column('jsonb', { nullable: true })
  extras: Extras | null;
}

/** The columns of {@link EventFields}. */
export const EVENT_FIELDS = getMetadataArgsStorage()
  .columns.filter(({ target }) => target === EventFields)
  .map(({ propertyName, options: { name = propertyName, type, nullable = false } }) => ({
    property: propertyName as keyof EventFields,
    name,
    type: type as 'text' | 'jsonb' | 'timestamptz',
    nullable,
  }));

/** The columns for an INSERT, and for the SELECT that they come from. @param source such as `e.` */
export function eventFields(source = ''): string {
  return EVENT_FIELDS.map(({ name }) => `${source}${name}`).join(', ');
}

/** What `extras` holds of an event, each by itself, in SQL. @param source such as `n.` */
export function extrasOf(source = '') {
  return {
    actions: `coalesce(${source}extras -> 'actions', '[]')`,
    image: `${source}extras ->> 'image'`,
    actor: `${source}extras -> 'actor'`,
  };
}
