import { Module, type DynamicModule } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { standaloneModule } from './carillon.module.js';
import type { CarillonOptions } from './config/options.js';
import { showsDemo } from './demo/shows-demo.js';

/** The standalone server's core: the first consumer of the module that hosts import. */
@Module({})
export class AppModule {
  static forRoot(options: CarillonOptions): DynamicModule {
    const demo = showsDemo(options);
    return {
      module: AppModule,
      imports: [
        ScheduleModule.forRoot(),
        standaloneModule(options, { health: true, docs: true, assets: true, demo }),
      ],
    };
  }
}
