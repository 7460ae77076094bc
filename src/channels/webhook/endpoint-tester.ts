import { Injectable } from '@nestjs/common';
import { cut } from '../cut.js';
import { CarillonError } from '../../common/errors.js';
import { testMessage } from '../test-message.js';
import { EndpointsService } from './endpoints.service.js';
import { WebhookSending } from './webhook.sending.js';
import type { WebhookTest } from './webhooks.dto.js';

/** Enough to read an error message, not enough to read somebody's pages through this server. */
const EXCERPT_LENGTH = 200;

/** A target that hangs keeps a request open for the whole time-out. */
const MAX_TESTS_PER_USER = 2;

const TEST = { event: 'webhook.test', type: 'webhook_test' };

/** Sends a test event to an endpoint, at once and once, whether or not the endpoint is enabled. */
@Injectable()
export class EndpointTester {
  private readonly underWay = new Map<string, number>();

  constructor(
    private readonly endpoints: EndpointsService,
    private readonly sending: WebhookSending,
  ) {}

  async test(userId: string, id: string): Promise<WebhookTest> {
    const endpoint = await this.endpoints.find(userId, id);
    const others = this.underWay.get(userId) ?? 0;
    if (others >= MAX_TESTS_PER_USER)
      throw new CarillonError('rate_limited', 'Wait until the tests under way have ended.', undefined, 1);
    this.underWay.set(userId, others + 1);
    try {
      const started = performance.now();
      const message = testMessage(userId, `The webhook “${endpoint.name}” works.`, TEST);
      const { status, responseStatus, error, responseBody } = await this.sending.attempt(endpoint, message);
      return {
        delivered: status === 'delivered',
        response_status: responseStatus,
        error,
        duration_ms: Math.round(performance.now() - started),
        excerpt: printable(responseBody) || null,
      };
    } finally {
      const left = (this.underWay.get(userId) ?? 1) - 1;
      if (left > 0) this.underWay.set(userId, left);
      else this.underWay.delete(userId);
    }
  }
}

function printable(text: string): string {
  const beginning = text.slice(0, EXCERPT_LENGTH * 10);
  return cut(beginning.replace(/[\s\p{C}]+/gu, ' ').trim(), EXCERPT_LENGTH);
}
