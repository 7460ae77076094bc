import { Body, Controller, Get, Headers, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { mintDevelopmentToken } from '../auth/development-token.js';
import { Catalogue } from '../catalogue/catalogue.js';
import { CARILLON_OPTIONS, type CarillonOptions } from '../config/options.js';
import { NotificationService } from '../dispatcher/notification.service.js';
import { DEMO_USERS, FireBody } from './demo.dto.js';
import { demoEvent } from './demo-events.js';
import { WebhookLog, type ReceivedWebhook } from './webhook-log.js';

/** What the demo page needs beyond the public API. Development mode only: it hands out tokens. */
@ApiExcludeController()
@Controller('demo')
export class DemoController {
  constructor(
    @Inject(CARILLON_OPTIONS) private readonly options: CarillonOptions,
    private readonly catalogue: Catalogue,
    private readonly notifications: NotificationService,
    private readonly log: WebhookLog,
  ) {}

  @Get('session')
  session(@Req() request: FastifyRequest) {
    const { auth, basePaths } = this.options;
    return {
      users: DEMO_USERS.map((user) => ({ ...user, token: mintDevelopmentToken(auth, user.id) })),
      types: this.catalogue.types.map(({ key, description, level }) => ({ key, description, level })),
      webhook_sink: this.log.open(request.socket),
      base_url: basePaths.inbox,
    };
  }

  @Post('fire')
  async fire(@Body() { user_id: userId, type }: FireBody): Promise<{ recipients: number }> {
    const { description } = this.catalogue.get(type);
    const { recipients } = await this.notifications.notify(demoEvent(type, description, userId));
    return { recipients };
  }

  @Post('webhook-sink')
  @HttpCode(204)
  receive(@Headers() headers: Record<string, string>, @Body() body: object): void {
    this.log.add(headers, body);
  }

  @Get('webhook-log')
  received(): { entries: ReceivedWebhook[] } {
    return { entries: this.log.entries };
  }
}
