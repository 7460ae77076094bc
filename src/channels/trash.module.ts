import { Module, type Type } from '@nestjs/common';
import type { ChannelTrash } from './channel.js';
import { PUSH_TRASH } from './push/push.module.js';
import { WEBHOOK_TRASH } from './webhook/webhooks.module.js';

const TRASH: readonly { module: Type; store: Type<ChannelTrash> }[] = [PUSH_TRASH, WEBHOOK_TRASH];

/** The injection token of all {@link ChannelTrash}. */
export const CHANNEL_TRASH = Symbol('CHANNEL_TRASH');

@Module({
  imports: TRASH.map(({ module }) => module),
  providers: [
    {
      provide: CHANNEL_TRASH,
      inject: TRASH.map(({ store }) => store),
      useFactory: (...stores: ChannelTrash[]) => stores,
    },
  ],
  exports: [CHANNEL_TRASH],
})
export class ChannelTrashModule {}
