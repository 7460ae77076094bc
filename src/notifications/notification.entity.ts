import { Column, DeleteDateColumn, Entity, PrimaryColumn } from 'typeorm';
import { EventFields } from './event-fields.js';
import type { Place } from './placing.js';

/**
 * One user's copy of an event. The primary key begins with the user, so that every query names whose inbox it
 * reads, and the id is a UUIDv7 minted from `createdAt`, so that the key's order is the inbox's order.
 */
@Entity({ name: 'notifications' })
export class Notification extends EventFields {
  @PrimaryColumn('text', { name: 'user_id' })
  userId: string;

  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'event_id' })
  eventId: string;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'read_at', precision: 3, nullable: true })
  readAt: Date | null;

  /** When it was moved to the trash; 90 days later the clean-up job deletes it for good. */
  @DeleteDateColumn({ type: 'timestamptz', name: 'deleted_at', precision: 3, nullable: true })
  deletedAt: Date | null;

  /** Which of the user's lists has it, unless it is in the trash. */
  @Column('text', { default: 'inbox' })
  place: Place;

  /** Of the events that a collapsed row stands for. */
  @Column('integer', { default: 1 })
  count: number;

  /** The first id of one that came to the top again under another. */
  @Column('uuid', { name: 'origin_id', nullable: true })
  originId: string | null;

  @Column({ type: 'timestamptz', name: 'snoozed_until', precision: 3, nullable: true })
  snoozedUntil: Date | null;

  @Column({ type: 'timestamptz', name: 'archived_at', precision: 3, nullable: true })
  archivedAt: Date | null;
}
