import { Logger, Module, type Type } from '@nestjs/common';
import { SendingChannels, type SendingChannel } from '../deliveries/sending-channel.js';
import { ChannelTester } from './channel-tester.js';
import { EMAIL_SENDING } from './email/email.module.js';
import { PUSH_SENDING } from './push/push.module.js';
import { Channels } from './registry.js';
import { WEBHOOK_SENDING } from './webhook/webhooks.module.js';

/** A channel of Carillon's own that needs services to send: a host's own says it itself. */
interface SendingService {
  key: string;
  /** The module that exports the service. */
  module: Type;
  service: Type<SendingChannel>;
}

const SERVICES: readonly SendingService[] = [WEBHOOK_SENDING, EMAIL_SENDING, PUSH_SENDING];

/** How the channels send, for the queue. */
@Module({
  imports: SERVICES.map(({ module }) => module),
  providers: [
    ChannelTester,
    {
      provide: SendingChannels,
      inject: [Channels, ...SERVICES.map(({ service }) => service)],
      useFactory: (channels: Channels, ...services: SendingChannel[]) => {
        const logger = new Logger('Channels');
        for (const { label, unavailable } of channels.all)
          if (unavailable !== undefined)
            logger.log(`nothing is sent by the channel "${label}": ${unavailable}`);
        const own = new Map(services.map((service, at) => [SERVICES[at]?.key, service]));
        return new SendingChannels(
          channels.available.flatMap(({ key, sending = own.get(key) }) =>
            sending ? [{ key, sending }] : [],
          ),
        );
      },
    },
  ],
  exports: [ChannelTester, SendingChannels],
})
export class SendingModule {}
