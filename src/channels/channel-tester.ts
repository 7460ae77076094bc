import { Injectable } from '@nestjs/common';
import { RateLimiter } from '../auth/rate-limit.js';
import { CarillonError, invalidInput } from '../common/errors.js';
import { IsString } from '../common/rule.js';
import { checkInput } from '../common/validation.js';
import { SendingChannels } from '../deliveries/sending-channel.js';
import { Channels } from './registry.js';

/** Enough to try out what is being set up; each test is a message to the outside world. */
const LIMIT = { perSecond: 1 / 20, burst: 3 };

export class ChannelTest {
  @IsString({ description: 'The key of a channel that can be tried, such as `email`.' })
  channel: string;
}

export interface ChannelTested {
  channel: string;
  status: 'delivered' | 'failed';
  error?: string;
}

/** Sends users a test by a channel, at once and once. */
@Injectable()
export class ChannelTester {
  private readonly limiter = new RateLimiter(LIMIT);

  constructor(
    private readonly channels: Channels,
    private readonly sending: SendingChannels,
  ) {}

  /**
   * @param given a {@link ChannelTest}
   * @throws CarillonError `invalid_input` for a channel that cannot be tried; `rate_limited`
   */
  async test(userId: string, given: unknown): Promise<ChannelTested> {
    const { channel: key } = checkInput(ChannelTest, given);
    const { sending } = this.sending.get(key) ?? {};
    if (!sending?.test) throw invalidInput([{ path: 'channel', message: this.problem(key) }]);
    const wait = this.limiter.take(userId);
    if (wait > 0)
      throw new CarillonError('rate_limited', 'Wait a little before the next test.', undefined, wait);
    const { status, error } = await sending.test(userId);
    if (status === 'delivered') return { channel: key, status };
    return { channel: key, status: 'failed', error: error ?? 'it could not be sent' };
  }

  private problem(key: string): string {
    const channel = this.channels.all.find((each) => each.key === key);
    return channel ? (channel.unavailable ?? `the channel "${key}" has no test`) : this.channels.unknown(key);
  }
}
