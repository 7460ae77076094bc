import { Body, Controller, Get, Header, Headers, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ContactsService } from '../audience/contacts.service.js';
import { mintDevelopmentToken } from '../auth/development-token.js';
import { Catalogue } from '../catalogue/catalogue.js';
import { CaughtMails, type CaughtMail } from '../channels/demo.js';
import { CARILLON_OPTIONS, type CarillonOptions } from '../config/options.js';
import { NotificationService } from '../dispatcher/notification.service.js';
import { DEMO_USERS, FireBody } from './demo.dto.js';
import { demoEvent } from './demo-events.js';
import { DEMO_TYPES } from './demo-types.js';
import { WebhookLog, type ReceivedWebhook } from './webhook-log.js';

/** A mail brings its own styles, and its logo from where the brand has it. No script, and no page but the demo's around it. */
const MAIL_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src http: https: data:; frame-ancestors 'self'; sandbox";

/** What the demo page needs beyond the public API. Development mode only: it hands out tokens. */
@ApiExcludeController()
@Controller('demo')
export class DemoController {
  private fired = 0;

  constructor(
    @Inject(CARILLON_OPTIONS) private readonly options: CarillonOptions,
    private readonly catalogue: Catalogue,
    private readonly notifications: NotificationService,
    private readonly log: WebhookLog,
    private readonly caught: CaughtMails,
    private readonly contacts: ContactsService,
  ) {}

  @Get('session')
  async session(@Req() request: FastifyRequest) {
    const { auth, basePaths } = this.options;
    // In an application that says itself how its users are reached, these are strangers to it.
    await this.contacts.putAll({ users: DEMO_USERS }).catch(() => undefined);
    return {
      users: DEMO_USERS.map((user) => ({ ...user, token: mintDevelopmentToken(auth, user.id) })),
      types: this.catalogue.types
        .filter(({ key }) => !DEMO_TYPES.some((type) => type.key === key))
        .map(({ key, description, level }) => ({ key, description, level })),
      webhook_sink: this.log.open(request.socket),
      base_url: basePaths.inbox,
    };
  }

  @Post('fire')
  async fire(@Body() { user_id: userId, type, ...more }: FireBody): Promise<{ recipients: number }> {
    const { description } = this.catalogue.get(type);
    const times = { sendAt: more.send_at, expiresAt: more.expires_at, collapseKey: more.collapse_key };
    const event = { ...demoEvent(type, description, userId, this.fired++), ...times };
    const { recipients } = await this.notifications.notify(event);
    return { recipients };
  }

  @Post('webhook-sink')
  @HttpCode(204)
  receive(@Headers() headers: Record<string, string>, @Body() body: object): void {
    this.log.add(headers, body);
  }

  /** Mails that went nowhere because no mail server is named; newest first. */
  @Get('mails')
  mails(): { mails: readonly CaughtMail[] } {
    return { mails: this.caught.all };
  }

  @Get('mails/:id')
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', MAIL_POLICY)
  @Header('X-Frame-Options', 'SAMEORIGIN')
  mail(@Param('id') id: string): string {
    return this.caught.all.find(({ messageId }) => messageId === id)?.html ?? '';
  }

  @Get('webhook-log')
  received(): { entries: ReceivedWebhook[] } {
    return { entries: this.log.entries };
  }
}
