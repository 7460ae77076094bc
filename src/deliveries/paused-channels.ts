import { Injectable, Logger } from '@nestjs/common';
import type { SendResult } from './sending-channel.js';

/** What is wrong with a channel, for operators. */
export interface PausedChannel {
  status: 'paused';
  reason: string;
}

/** The channels of this process that cannot send until their operator has seen to it. */
@Injectable()
export class PausedChannels {
  private readonly logger = new Logger('Channels');
  private readonly reasons = new Map<string, string>();

  /** By their keys. */
  get all(): Record<string, PausedChannel> {
    return Object.fromEntries([...this.reasons].map(([key, reason]) => [key, { status: 'paused', reason }]));
  }

  /** Says in the log what has changed by an attempt. What is to be tried again says nothing about the channel. */
  attempted(key: string, { status, error }: SendResult): void {
    if (status === 'held') this.pause(key, error ?? 'it did not say why');
    else if (status !== 'retry' && this.reasons.delete(key))
      this.logger.log(`the channel "${key}" sends again`);
  }

  private pause(key: string, reason: string): void {
    if (this.reasons.get(key) !== reason)
      this.logger.error(`the channel "${key}" is paused, and what it has to send waits: ${reason}`);
    this.reasons.set(key, reason);
  }
}
