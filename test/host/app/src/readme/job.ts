import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('jobs')
export class Job {
  @PrimaryColumn('int')
  id: number;

  @Column('text', { name: 'owner_id' })
  ownerId: string;

  @Column('text')
  name: string;

  @Column('text')
  state: string;
}
