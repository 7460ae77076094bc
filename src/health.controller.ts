import { Controller, Get, Inject, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { DataSource } from 'typeorm';
import { ProblemFilter } from './common/problem.filter.js';
import { DATA_SOURCE } from './database/database.module.js';

/** For load balancers: 200 when requests can be served, 503 while the database is away. */
@ApiExcludeController()
@UseFilters(ProblemFilter)
@Controller('health')
export class HealthController {
  constructor(@Inject(DATA_SOURCE) private readonly dataSource: DataSource) {}

  @Get()
  async health(): Promise<{ status: 'ok' }> {
    await this.dataSource.query('SELECT 1');
    return { status: 'ok' };
  }
}
