import { Module } from '@nestjs/common';
import { CARILLON_OPTIONS, type CarillonOptions } from '../config/options.js';
import { HttpSender } from './http-sender.js';

/** HTTP requests to addresses that users gave. */
@Module({
  providers: [
    {
      provide: HttpSender,
      inject: [CARILLON_OPTIONS],
      useFactory: ({ webhooks }: CarillonOptions) => new HttpSender(webhooks),
    },
  ],
  exports: [HttpSender],
})
export class OutboundModule {}
