import { Global, Module } from '@nestjs/common';
import { CARILLON_OPTIONS, type CarillonOptions } from '../config/options.js';
import { readTypesFile } from '../config/types-file.js';
import { Catalogue } from './catalogue.js';
import { ChannelList } from './channel-list.js';
import { SHIPPED_TYPES } from './shipped-types.js';

/** The catalogue: the shipped types, then the host's from code, then those of its file. */
@Global()
@Module({
  providers: [
    {
      provide: Catalogue,
      inject: [CARILLON_OPTIONS, ChannelList],
      useFactory: (options: CarillonOptions, channels: ChannelList) =>
        new Catalogue(
          [
            ...(options.shippedTypes ? SHIPPED_TYPES : []),
            ...channels.all.flatMap(({ types = [] }) => types),
            ...(options.types ?? []),
            ...(options.typesFile ? readTypesFile(options.typesFile) : []),
          ],
          channels,
        ),
    },
  ],
  exports: [Catalogue],
})
export class CatalogueModule {}
