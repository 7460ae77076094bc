import { Global, Module, type DynamicModule } from '@nestjs/common';
import { ChannelList } from '../catalogue/channel-list.js';
import { CARILLON_OPTIONS, type CarillonOptions } from '../config/options.js';
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
        {
          provide: Channels,
          inject: [CARILLON_OPTIONS],
          useFactory: (options: CarillonOptions) => new Channels(options, own),
        },
        { provide: ChannelList, useExisting: Channels },
        Notices,
      ],
      exports: [Channels, ChannelList, Notices],
    };
  }
}
