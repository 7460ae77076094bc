import { Global, Module, type DynamicModule } from '@nestjs/common';
import { ChannelList } from '../catalogue/channel-list.js';
import type { Channel } from './channel.js';
import { Notices } from './notices.js';
import { Channels } from './registry.js';

/** The channels, for every module. */
@Global()
@Module({})
export class ChannelsModule {
  /** @param own those of the host application; the start of the application is refused when they are not right */
  static of(own?: readonly Channel[]): DynamicModule {
    return {
      module: ChannelsModule,
      providers: [
        { provide: Channels, useFactory: () => new Channels(own) },
        { provide: ChannelList, useExisting: Channels },
        Notices,
      ],
      exports: [Channels, ChannelList, Notices],
    };
  }
}
