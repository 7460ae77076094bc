import { Logger, Module } from '@nestjs/common';
import { SendingChannels } from '../deliveries/sending-channel.js';
import { Channels } from './registry.js';
import { WEBHOOK } from './webhook/webhook.channel.js';
import { WebhookSending } from './webhook/webhook.sending.js';
import { WebhookSendingModule } from './webhook/webhooks.module.js';

/** How the channels send, for the queue: Carillon's own need services, a host's say it themselves. */
@Module({
  imports: [WebhookSendingModule],
  providers: [
    {
      provide: SendingChannels,
      inject: [Channels, WebhookSending],
      useFactory: (channels: Channels, webhook: WebhookSending) => {
        const logger = new Logger('Channels');
        for (const { label, unavailable } of channels.all)
          if (unavailable !== undefined)
            logger.log(`nothing is sent by the channel "${label}": ${unavailable}`);
        return new SendingChannels([
          { key: WEBHOOK.key, sending: webhook },
          ...channels.available.flatMap(({ key, sending }) => (sending ? [{ key, sending }] : [])),
        ]);
      },
    },
  ],
  exports: [SendingChannels],
})
export class SendingModule {}
