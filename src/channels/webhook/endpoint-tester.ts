import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { CarillonError } from '../../common/errors.js';
import { mintId } from '../../common/ids.js';
import type { Message } from '../../deliveries/sending-channel.js';
import { Attempter } from './attempt.js';
import { EndpointsService } from './endpoints.service.js';
import { cut } from '../../common/cut.js';

/** What one test attempt came to. */
export interface TestResult {
  delivered: boolean;
  responseStatus: number | null;
  error: string | null;
  durationMs: number;
  /** The beginning of what the target answered, in printable characters. */
  excerpt: string | null;
}

/** Enough to read an error message, not enough to read somebody's pages through this server. */
const EXCERPT_LENGTH = 200;

/** A target that hangs keeps a request open for the whole time-out. */
const MAX_TESTS_PER_USER = 2;

/** Sends a test event to an endpoint, at once and once, whether or not the endpoint is enabled. */
@Injectable()
export class EndpointTester {
  private readonly underWay = new Map<string, number>();

  constructor(
    private readonly endpoints: EndpointsService,
    private readonly attempter: Attempter,
    private readonly clock: Clock,
  ) {}

  async test(userId: string, id: string): Promise<TestResult> {
    const endpoint = await this.endpoints.find(userId, id);
    const others = this.underWay.get(userId) ?? 0;
    if (others >= MAX_TESTS_PER_USER)
      throw new CarillonError('rate_limited', 'Wait until the tests under way have ended.', undefined, 1);
    this.underWay.set(userId, others + 1);
    try {
      const started = performance.now();
      const result = await this.attempter.attempt(endpoint, this.message(userId, endpoint.name));
      const durationMs = Math.round(performance.now() - started);
      const { status, responseStatus, error } = result;
      const excerpt = printable(result.responseBody) || null;
      return { delivered: status === 'delivered', responseStatus, error, durationMs, excerpt };
    } finally {
      const left = (this.underWay.get(userId) ?? 1) - 1;
      if (left > 0) this.underWay.set(userId, left);
      else this.underWay.delete(userId);
    }
  }

  private message(userId: string, name: string): Message {
    const createdAt = this.clock.now();
    const id = mintId(createdAt.getTime());
    return {
      id,
      userId,
      event: 'webhook.test',
      notificationId: id,
      notification: {
        type: 'webhook_test',
        level: 'info',
        title: 'This is a test',
        body: `The webhook “${name}” works.`,
        link: null,
        data: null,
        teamId: null,
        entityType: null,
        entityId: null,
        collapseKey: null,
        actions: [],
        image: null,
        actor: null,
        createdAt,
        expiresAt: null,
      },
    };
  }
}

function printable(text: string): string {
  return cut(
    text
      .slice(0, EXCERPT_LENGTH * 10)
      .replace(/[\s\p{C}]+/gu, ' ')
      .trim(),
    EXCERPT_LENGTH,
  );
}
