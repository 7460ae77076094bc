import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Database } from '../database/database.js';
import { ping } from '../database/ping.js';

/** Two questions of whoever runs the process: may it be sent requests, and is it worth keeping. */
@ApiExcludeController()
@Controller('health')
export class HealthController {
  constructor(private readonly database: Database) {}

  /** For load balancers: 200 when requests can be served, 503 while the database is away. */
  @Get()
  async health(): Promise<{ status: 'ok' }> {
    await ping(this.database);
    return { status: 'ok' };
  }

  /** For what restarts processes: that the database is away is no reason, and the process recovers by itself. */
  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }
}
