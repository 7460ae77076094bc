import { Module, type DynamicModule, type Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { ApiKeyService } from '../auth/api-key.service.js';
import { RateLimiter } from '../auth/rate-limit.js';
import { UserAuthenticator } from '../auth/user-authenticator.js';
import { Channels } from '../channels/registry.js';
import { CARILLON_OPTIONS, type BasePaths } from '../config/options.js';
import { CONTRACTS, ContractsModule } from '../contracts/contracts.module.js';
import { DemoModule } from '../demo/demo.module.js';
import { HealthController } from './health.controller.js';
import type { HttpParts } from './http-setup.js';

/** What guards and documents use of the core. */
const SHARED = [CARILLON_OPTIONS, ApiKeyService, Channels, RateLimiter, UserAuthenticator];

/** What controllers use of the core. */
const ASKED_FOR = [
  HealthController,
  ...Object.values(CONTRACTS).flatMap(({ controllers }) => controllers),
].flatMap((controller) => Reflect.getMetadata('design:paramtypes', controller) as Type[]);

/**
 * The root of the private application: all routes, on services that the core lends, whose container is another one. None of
 * them has a lifecycle hook: Nest would call it in this application too, and so a second time.
 */
@Module({})
export class RoutesModule {
  /** @param core of the application that the core runs in */
  static of(core: ModuleRef, basePaths: BasePaths, { health, demo }: HttpParts): DynamicModule {
    const lent = [...new Set([...SHARED, ...ASKED_FOR])];
    return {
      module: RoutesModule,
      global: true,
      imports: [ContractsModule.forRoot(basePaths), ...(demo ? [DemoModule.of(core)] : [])],
      controllers: health ? [HealthController] : [],
      providers: lent.map((token) => ({
        provide: token,
        useValue: core.get<unknown>(token, { strict: false }),
      })),
      exports: lent,
    };
  }
}
