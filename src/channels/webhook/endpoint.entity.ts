import { Column, DeleteDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A replaced signing secret, encrypted. */
export interface PreviousSecret {
  box: string;
  /** Until then it signs too: a time as ISO text. */
  until: string;
}

/** A place that a user has events sent to. What ends in `Box` is encrypted, see `endpoint-vault.ts`. */
@Entity({ name: 'webhook_endpoints' })
export class WebhookEndpoint {
  @PrimaryColumn('text', { name: 'user_id' })
  userId: string;

  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  name: string;

  @Column('text')
  kind: string;

  /** Names of events, or `*` alone for all of them. */
  @Column('text', { array: true })
  events: string[];

  @Column('text', { name: 'url_box' })
  urlBox: string;

  @Column('text', { name: 'credentials_box', nullable: true })
  credentialsBox: string | null;

  @Column('text', { name: 'secret_box', nullable: true })
  secretBox: string | null;

  /** The replaced ones, the newest first. */
  @Column('jsonb', { name: 'previous_secrets', default: [] })
  previousSecrets: PreviousSecret[];

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;

  @Column({ type: 'timestamptz', name: 'disabled_at', precision: 3, nullable: true })
  disabledAt: Date | null;

  @Column('text', { name: 'disabled_reason', nullable: true })
  disabledReason: string | null;

  /** The first failed attempt since the last that worked. */
  @Column({ type: 'timestamptz', name: 'failing_since', precision: 3, nullable: true })
  failingSince: Date | null;

  /** Failed attempts since the last that worked. */
  @Column('integer', { default: 0 })
  failures: number;

  /** The receiver asked to be left alone until then. */
  @Column({ type: 'timestamptz', name: 'paused_until', precision: 3, nullable: true })
  pausedUntil: Date | null;

  @DeleteDateColumn({ type: 'timestamptz', name: 'deleted_at', precision: 3, nullable: true })
  deletedAt: Date | null;
}
