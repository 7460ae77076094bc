import { Headers, HttpCode, Param, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOperation, ApiQuery, ApiResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiProblem } from '../../../common/problem.dto.js';
import { Controller, Get, Post, Query, READS_NO_BODY } from '../../../common/routes.js';
import type { Page } from './unsubscribe-page.js';
import { UnsubscribeService } from './unsubscribe.service.js';

const ApiPage = (status: number, description: string) =>
  ApiResponse({ status, description, content: { 'text/html': { schema: { type: 'string' } } } });

/** The links of mails, which are opened without a login: by people, by their mail programs, and by what looks for harmful links. */
@ApiProblem(503, 'Too much to do, or no database, for now; see Retry-After.')
@ApiProblem('default', 'Any other failure.')
@Controller('unsubscribe', 'unsubscribing')
export class UnsubscribeController {
  constructor(private readonly unsubscribing: UnsubscribeService) {}

  @Get(':token', 'Ask whether mails are to be turned off; changes nothing')
  @ApiOperation({ security: [] })
  @ApiPage(200, 'A page that says what would be turned off.')
  @ApiPage(404, 'The token is none of this server.')
  async ask(
    @Param('token') token: string,
    @Headers('accept-language') language: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    send(reply, await this.unsubscribing.ask(token, language));
  }

  @Post(
    ':token',
    'Turn mails off at once (RFC 8058)',
    'No login, no cookie, and nothing is read of the body. Asked twice it changes nothing more.',
  )
  @ApiOperation({ security: [] })
  @HttpCode(200)
  @RouteConfig(READS_NO_BODY)
  @ApiQuery({
    name: 'scope',
    required: false,
    enum: ['type', 'all'],
    description:
      "`all`: every mail that can be turned off. Default: the mail's own type, or all of its types.",
  })
  @ApiQuery({
    name: 'type',
    required: false,
    schema: { type: 'string' },
    description: "One of the mail's types alone.",
  })
  @ApiPage(200, 'A page that says what is turned off, or that it cannot be.')
  @ApiPage(404, 'The token is none of this server.')
  async turnOff(
    @Param('token') token: string,
    @Query('scope') scope: unknown,
    @Query('type') type: unknown,
    @Headers('accept-language') language: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    send(reply, await this.unsubscribing.turnOff(token, { scope, type }, language));
  }
}

function send(reply: FastifyReply, { status, headers, html }: Page): void {
  void reply.status(status).headers(headers).send(html);
}
