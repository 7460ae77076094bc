import { Module, type DynamicModule } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import type { BasePaths } from '../config/options.js';
import { ContractsModule } from '../contracts/contracts.module.js';
import { DemoModule } from '../demo/demo.module.js';
import { CoreFace } from './core-face.js';
import { HealthController } from './health.controller.js';
import type { HttpParts } from './http-setup.js';

/** The root of the private application: all routes, on services that the core lends. */
@Module({})
export class RoutesModule {
  static of(core: ModuleRef, basePaths: BasePaths, { health, demo }: HttpParts): DynamicModule {
    return {
      module: RoutesModule,
      imports: [
        CoreFace.of(core),
        ContractsModule.forRoot(basePaths),
        ...(demo ? [DemoModule.of(core)] : []),
      ],
      controllers: health ? [HealthController] : [],
    };
  }
}
