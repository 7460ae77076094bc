import { Module, type DynamicModule, type FactoryProvider, type ModuleMetadata } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { ApiKey } from './auth/api-key.entity.js';
import { AuthModule } from './auth/auth.module.js';
import { CatalogueModule } from './catalogue/catalogue.module.js';
import { CleanupModule } from './cleanup/cleanup.module.js';
import { CleanupSchedule } from './cleanup/cleanup-schedule.js';
import {
  completeBasePaths,
  completeOptions,
  type GivenContracts,
  type HostOptions,
} from './config/defaults.js';
import { ConfigurationError } from './config/configuration-error.js';
import { CARILLON_OPTIONS, type BasePaths, type CarillonOptions } from './config/options.js';
import { checkBasePaths } from './contracts/contracts.module.js';
import { DatabaseModule } from './database/database.module.js';
import { HTTP_SETUP, HttpApplication, type HttpSetup } from './http/http-application.js';
import type { HttpParts } from './http/routes.module.js';
import { PreferencesModule } from './preferences/preferences.module.js';
import { DispatcherModule } from './dispatcher/dispatcher.module.js';
import { Notification } from './notifications/notification.entity.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { DeliveryWorkerModule } from './webhooks/delivery-worker.module.js';
import { WebhookEndpoint } from './webhooks/endpoint.entity.js';
import { RealtimeModule } from './realtime/realtime.module.js';
import { Preference } from './preferences/preference.entity.js';

/** Which routes the module brings, which must be known before anything else is. */
export interface RouteOptions {
  /** The base paths of the contracts that differ from the defaults; `false` brings no routes at all. */
  contracts?: GivenContracts;
  /** What is served beside the contracts, none of it by default: `/carillon/*.js`; `/docs` and the OpenAPI documents. */
  serve?: { assets?: boolean; docs?: boolean };
}

/** How `forRootAsync` comes by its options. */
export interface AsyncOptions extends RouteOptions, Pick<ModuleMetadata, 'imports'> {
  inject?: FactoryProvider['inject'];
  useFactory: (...injected: never[]) => HostOptions | Promise<HostOptions>;
}

/** Carillon inside a NestJS application. */
@Module({})
export class CarillonModule {
  /**
   * @param options at least the database's URL, an encryption key and, for the contracts' routes, a way to know who
   *   the user is (`auth.jwtSecret`, `auth.jwksUrl` or `auth.authenticator`); `undefined` is the same as left out
   * @returns a global module: any module of the host can inject `NotificationService`
   * @throws ConfigurationError when two contracts would answer the same route. The start of the application
   *   (`NestFactory.create`) is refused with a ConfigurationError that names every missing and wrong option, and with a
   *   DatabaseStartError when the database cannot be used.
   */
  static forRoot(options: HostOptions & RouteOptions): DynamicModule {
    return CarillonModule.forRootAsync({
      contracts: options.contracts,
      serve: options.serve,
      useFactory: () => options,
    });
  }

  /**
   * Like {@link forRoot}, with options from a factory, which may inject the host's own services.
   * @param options the factory, and `contracts`, which must be known before it is called
   * @returns as {@link forRoot}
   * @throws as {@link forRoot}; what the factory throws refuses the start, too
   */
  static forRootAsync(options: AsyncOptions): DynamicModule {
    const { assets = false, docs = false } = options.serve ?? {};
    return carillonModule(options, { assets, docs, health: false, demo: false });
  }
}

/** @param parts what is served beside the contracts */
export function carillonModule(options: AsyncOptions, parts: HttpParts): DynamicModule {
  const basePaths = completeBasePaths(options.contracts);
  if (options.contracts !== false) checkBasePaths(basePaths);
  const setup: HttpSetup = { basePaths, parts };
  return {
    module: CarillonModule,
    global: true,
    imports: [
      optionsModule(options, basePaths),
      DatabaseModule.forRoot(ENTITIES),
      CatalogueModule,
      CleanupModule,
      AuthModule,
      NotificationsModule,
      PreferencesModule,
      DispatcherModule,
      DeliveryWorkerModule,
      RealtimeModule,
    ],
    providers: [
      CleanupSchedule,
      ...(options.contracts === false ? [] : [{ provide: HTTP_SETUP, useValue: setup }, HttpApplication]),
    ],
    exports: [DispatcherModule],
  };
}

/** Of all modules. */
const ENTITIES = [ApiKey, Notification, Preference, WebhookEndpoint];

@Module({})
class OptionsModule {}

function optionsModule(options: AsyncOptions, basePaths: BasePaths): DynamicModule {
  const { imports, inject, useFactory, contracts = {} } = options;
  return {
    module: OptionsModule,
    global: true,
    imports: imports ?? [],
    providers: [
      {
        provide: CARILLON_OPTIONS,
        inject: [ModulesContainer, ...(inject ?? [])],
        useFactory: async (modules: ModulesContainer, ...injected: never[]): Promise<CarillonOptions> => {
          refuseSecond(modules);
          return { ...completeOptions(await useFactory(...injected), contracts), basePaths };
        },
      },
    ],
    exports: [CARILLON_OPTIONS],
  };
}

/** Two would mount the same routes, and each clean up and deliver what is the other's. */
function refuseSecond(modules: ModulesContainer): void {
  const count = [...modules.values()].filter(({ metatype }) => metatype === CarillonModule).length;
  if (count < 2) return;
  throw new ConfigurationError(
    `CarillonModule is imported ${count} times with different options: call forRoot or forRootAsync once, in the root ` +
      `module. It is global, so that every other module can inject NotificationService without importing it.`,
  );
}
