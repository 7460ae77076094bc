import { Module, type DynamicModule } from '@nestjs/common';
import { ApiKey } from '../auth/api-key.entity.js';
import { AuthModule } from '../auth/auth.module.js';
import { CatalogueModule } from '../catalogue/catalogue.module.js';
import { ChannelsModule } from '../channels/channels.module.js';
import { CleanupModule } from '../cleanup/cleanup.module.js';
import { CARILLON_OPTIONS, type CarillonOptions } from '../config/options.js';
import { DatabaseModule } from '../database/database.module.js';
import { DispatcherModule } from '../dispatcher/dispatcher.module.js';

/**
 * What the commands use of Carillon. Without the module that schedules, the clean-up job never starts by itself,
 * and without the relay and the workers nothing runs beside the command.
 */
@Module({})
export class CliModule {
  static forRoot(options: CarillonOptions): DynamicModule {
    return {
      module: CliModule,
      global: true,
      imports: [
        DatabaseModule.forRoot([ApiKey]),
        ChannelsModule.of(),
        CatalogueModule,
        AuthModule,
        DispatcherModule,
        CleanupModule,
      ],
      providers: [{ provide: CARILLON_OPTIONS, useValue: options }],
      exports: [CARILLON_OPTIONS],
    };
  }
}
