import { Global, Module, type DynamicModule } from '@nestjs/common';
import { CARILLON_OPTIONS, type CarillonOptions } from '../config/options.js';
import { readTypesFile } from '../config/types-file.js';
import { Catalogue } from './catalogue.js';
import type { ChannelList } from './channel-list.js';
import { OWN_TYPES, SHIPPED_TYPES } from './shipped-types.js';

/** The catalogue: the shipped types, then the host's from code, then those of its file. */
@Global()
@Module({})
export class CatalogueModule {
  /** @param channels makes their list when the application starts, which it refuses if they are not right */
  static of(channels: () => ChannelList): DynamicModule {
    return {
      module: CatalogueModule,
      providers: [
        {
          provide: Catalogue,
          inject: [CARILLON_OPTIONS],
          useFactory: (options: CarillonOptions) =>
            new Catalogue(
              [
                ...(options.shippedTypes ? SHIPPED_TYPES : []),
                ...OWN_TYPES,
                ...(options.types ?? []),
                ...(options.typesFile ? readTypesFile(options.typesFile) : []),
              ],
              channels(),
            ),
        },
      ],
      exports: [Catalogue],
    };
  }
}
