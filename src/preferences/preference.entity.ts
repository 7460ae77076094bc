import { Column, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';

/** What a user set for a channel: of one type, or with the type `''` of all of them. What has no row is not set. */
@Entity({ name: 'preferences' })
export class Preference {
  @PrimaryColumn('text', { name: 'user_id' })
  userId: string;

  /** The tenant for which it holds; `''` is everywhere. */
  @PrimaryColumn('text', { name: 'team_id', default: '' })
  teamId: string;

  @PrimaryColumn('text')
  type: string;

  @PrimaryColumn('text')
  channel: string;

  /** Null says nothing of whether the channel is on. */
  @Column('boolean', { nullable: true })
  enabled: boolean | null;

  @Column('text', { nullable: true })
  frequency: string | null;

  @UpdateDateColumn({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;
}
