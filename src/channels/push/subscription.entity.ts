import { Column, DeleteDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A browser that a user has pushes sent to. What ends in `Box` is encrypted, see `subscription-vault.ts`. */
@Entity({ name: 'push_subscriptions' })
export class PushSubscription {
  @PrimaryColumn('text', { name: 'user_id' })
  userId: string;

  @PrimaryColumn('uuid')
  id: string;

  /** A keyed hash, by which the same endpoint is found at any user. Null, like both boxes, once it is deleted. */
  @Column('bytea', { name: 'endpoint_hash', nullable: true })
  endpointHash: Buffer | null;

  @Column('text', { name: 'endpoint_box', nullable: true })
  endpointBox: string | null;

  @Column('text', { name: 'auth_box', nullable: true })
  authBox: string | null;

  /** The browser's public key, as it came. */
  @Column('text')
  p256dh: string;

  @Column('text', { nullable: true })
  device: string | null;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  /** When its browser last said it. */
  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;

  /** When a push was last taken, to the day. */
  @Column({ type: 'timestamptz', name: 'last_ok_at', precision: 3, nullable: true })
  lastOkAt: Date | null;

  /** The first failed attempt since the last that worked. */
  @Column({ type: 'timestamptz', name: 'failing_since', precision: 3, nullable: true })
  failingSince: Date | null;

  /** Nothing is sent to it until then. */
  @Column({ type: 'timestamptz', name: 'paused_until', precision: 3, nullable: true })
  pausedUntil: Date | null;

  @DeleteDateColumn({ type: 'timestamptz', name: 'deleted_at', precision: 3, nullable: true })
  deletedAt: Date | null;
}
