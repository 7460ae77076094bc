import { Column, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';

/** What a user set for a type. A null channel is one they have not set: the catalogue's default holds. */
@Entity({ name: 'preferences' })
export class Preference {
  @PrimaryColumn('text', { name: 'user_id' })
  userId: string;

  @PrimaryColumn('text')
  type: string;

  @Column('boolean', { name: 'in_app', nullable: true })
  inApp: boolean | null;

  @Column('boolean', { nullable: true })
  toast: boolean | null;

  @Column('boolean', { nullable: true })
  webhook: boolean | null;

  @UpdateDateColumn({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;
}
