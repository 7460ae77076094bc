import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Database } from '../database/database.js';
import { SendingChannels, type PausedChannel } from '../deliveries/sending-channel.js';

/** Two questions of what runs the process: may it be sent requests, and is it worth keeping. */
@ApiExcludeController()
@Controller('health')
export class HealthController {
  constructor(
    private readonly database: Database,
    private readonly channels: SendingChannels,
  ) {}

  /**
   * For load balancers: 200 when requests can be served, 503 while the database is away. A channel that cannot send is no
   * reason to ask another process, and is named for who looks after it.
   */
  @Get()
  async health(): Promise<{ status: 'ok'; channels: Record<string, PausedChannel> }> {
    await this.database.ping();
    return { status: 'ok', channels: this.channels.paused };
  }

  /** For what restarts processes: that the database is away is no reason, and the process recovers by itself. */
  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }
}
