// What README.md's example takes for granted: the host's database, and somebody who calls its service.
import 'reflect-metadata';
import { Controller, Inject, Module, Post } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { Job } from './job.js';
import { JobsService } from './jobs.service.js';

@Controller('jobs')
class JobsController {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(ModuleRef) private readonly modules: ModuleRef,
  ) {}

  @Post('fail')
  async fail(): Promise<Job | null> {
    const job = { id: 1, ownerId: 'rita', name: 'The import', state: 'runs' };
    await this.dataSource.manager.save(Job, job);
    await this.modules.get(JobsService, { strict: false }).fail(job, 'Row 3');
    return this.dataSource.manager.findOneBy(Job, { id: 1 });
  }
}

@Module({
  controllers: [JobsController],
  providers: [
    {
      provide: DataSource,
      useFactory: () =>
        new DataSource({
          type: 'postgres',
          url: process.env.DATABASE_URL ?? '',
          entities: [Job],
          synchronize: true,
        }).initialize(),
    },
  ],
  exports: [DataSource],
})
export class DatabaseModule {}
