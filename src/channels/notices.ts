import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** What a channel has to say to one of its users: an event of a type that the channel declares. */
export interface Notice {
  type: string;
  userId: string;
  title: string;
  body: string;
  entity: { type: string; id: string };
}

/** Called in the transaction of what happened, so that neither is there without the other. */
export type NoticeHandler = (manager: EntityManager, notice: Notice) => Promise<unknown>;

/** How a channel notifies its users of what becomes of their targets. The dispatcher, which is above, sends it. */
@Injectable()
export class Notices {
  private handler: NoticeHandler | undefined;

  handleWith(handler: NoticeHandler): void {
    this.handler = handler;
  }

  async send(manager: EntityManager, notice: Notice): Promise<void> {
    await this.handler?.(manager, notice);
  }
}
