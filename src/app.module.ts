import { Module, type DynamicModule } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { CarillonModule } from './carillon.module.js';
import type { CarillonOptions } from './config/options.js';
import { DemoModule } from './demo/demo.module.js';
import { HealthController } from './health.controller.js';

/** The standalone server: the first consumer of {@link CarillonModule}. */
@Module({})
export class AppModule {
  static forRoot(options: CarillonOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ScheduleModule.forRoot(),
        CarillonModule.forRoot({ ...options, contracts: options.basePaths }),
        ...(showsDemo(options) ? [DemoModule] : []),
      ],
      controllers: [HealthController],
    };
  }
}

/** In development mode, when tokens for the demo's users can be made here. */
export function showsDemo({ production, auth }: CarillonOptions): boolean {
  return !production && auth.jwtSecret !== undefined;
}
