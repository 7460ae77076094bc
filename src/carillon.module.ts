import {
  ConfigurableModuleBuilder,
  Module,
  Scope,
  type ConfigurableModuleAsyncOptions,
  type ConfigurableModuleOptionsFactory,
  type DynamicModule,
  type OnModuleInit,
} from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import { AudienceModule } from './audience/audience.module.js';
import { ApiKey } from './auth/api-key.entity.js';
import { AuthModule } from './auth/auth.module.js';
import { CatalogueModule } from './catalogue/catalogue.module.js';
import type { Channel } from './channels/channel.js';
import { ChannelsModule } from './channels/channels.module.js';
import { CHANNEL_ENTITIES } from './channels/entities.js';
import { SendingModule } from './channels/sending.module.js';
import { CleanupModule } from './cleanup/cleanup.module.js';
import { CleanupSchedule } from './cleanup/cleanup-schedule.js';
import {
  completeBasePaths,
  completeOptions,
  type GivenContracts,
  type HostOptions,
} from './config/defaults.js';
import { ConfigurationError, refuse } from './config/configuration-error.js';
import { loadPart, ROUTES } from './config/optional-packages.js';
import { CARILLON_OPTIONS, type BasePaths, type CarillonOptions } from './config/options.js';
import { DatabaseModule } from './database/database.module.js';
import { SecretRotationModule } from './database/secrets.module.js';
import { HttpApplication } from './http/http-application.js';
import { HTTP_SETUP, type HttpParts, type HttpSetup } from './http/http-setup.js';
import { PreferencesModule } from './preferences/preferences.module.js';
import { DeliveryWorkerModule } from './deliveries/deliveries.module.js';
import { DispatcherModule, ScheduleModule } from './dispatcher/dispatcher.module.js';
import { Notification } from './notifications/notification.entity.js';
import { NotificationsModule, SweepModule } from './notifications/notifications.module.js';
import { RealtimeModule } from './realtime/realtime.module.js';
import { Preference } from './preferences/preference.entity.js';

/** What must be known before the other options are: what the module brings. */
export interface RouteOptions {
  /** The base paths of the contracts that differ from the defaults; `false` brings no routes at all. */
  contracts?: GivenContracts;
  /** What is served beside the contracts, none of it by default: `/carillon/*.js`; `/docs` and the OpenAPI documents. */
  serve?: { assets?: boolean; docs?: boolean } | undefined;
  /** Channels of the host's own, beside the inbox, toasts and webhooks. */
  channels?: readonly Channel[] | undefined;
}

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<HostOptions>()
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createCarillonOptions')
  .setExtras<RouteOptions>(
    { contracts: undefined, serve: undefined, channels: undefined },
    (definition, { contracts, serve, channels }) => {
      const { assets = false, docs = false } = serve ?? {};
      return complete(definition, contracts, { assets, docs, health: false, demo: false }, channels);
    },
  )
  .build();

/** A class that makes the options, for `useClass` and `useExisting` of `forRootAsync`. */
export type CarillonOptionsFactory = ConfigurableModuleOptionsFactory<HostOptions, 'createCarillonOptions'>;

/** How `forRootAsync` comes by its options: by one of `useFactory`, `useClass` and `useExisting`. */
export type AsyncOptions = ConfigurableModuleAsyncOptions<HostOptions, 'createCarillonOptions'> &
  RouteOptions;

/**
 * Carillon inside a NestJS application. It is global: any module of the host can inject `NotificationService`, `UserInbox`,
 * `PreferencesService` and `Catalogue`.
 */
@Module({})
export class CarillonModule extends ConfigurableModuleClass implements OnModuleInit {
  constructor(private readonly module: ModuleRef) {
    super();
  }

  /** Of options that are made for each request nothing would be made at the start: no routes, no workers. */
  onModuleInit(): void {
    if (this.module.introspect(CARILLON_OPTIONS).scope !== Scope.REQUEST) return;
    throw new ConfigurationError(
      'The options of CarillonModule depend on a provider that is made for each request (Scope.REQUEST): they are made ' +
        "once, when the application starts. What a request says is in auth.authenticator's argument.",
    );
  }

  /**
   * @param options at least the database's URL, an encryption key and, for the contracts' routes, a way to know who
   *   the user is (`auth.jwtSecret`, `auth.jwksUrl` or `auth.authenticator`); `undefined` is the same as left out
   * @returns a module with which the start of the application (`NestFactory.create`) is refused with a
   *   ConfigurationError that names every missing and wrong option, two contracts that would answer the same route, or
   *   packages that are not installed; with a DatabaseStartError when the database cannot be used
   */
  static override forRoot(options: HostOptions & RouteOptions): DynamicModule {
    return super.forRoot(options);
  }

  /**
   * Like {@link forRoot}, with options that are made when the application starts.
   * @param options `useFactory`, which may `inject` what `imports` export; or `useClass`, or `useExisting`: a
   *   {@link CarillonOptionsFactory}. Beside them `contracts` and `serve`, which must be known before
   * @returns as {@link forRoot}; what makes the options may throw and refuse the start, too
   * @throws ConfigurationError when there is not one way to make the options
   */
  static override forRootAsync(options: AsyncOptions): DynamicModule {
    const ways = [options.useFactory, options.useClass, options.useExisting];
    if (ways.filter((way) => way !== undefined).length !== 1) {
      throw new ConfigurationError('forRootAsync needs one of useFactory, useClass and useExisting.');
    }
    return super.forRootAsync(options);
  }
}

/** The same as the standalone server has it. @param parts what is served beside the contracts */
export function standaloneModule(options: CarillonOptions, parts: HttpParts): DynamicModule {
  const providers = [{ provide: MODULE_OPTIONS_TOKEN, useValue: options }];
  return complete({ module: CarillonModule, providers }, options.basePaths, parts);
}

/** Of all modules. */
const ENTITIES = [ApiKey, Notification, Preference, ...CHANNEL_ENTITIES];

/** @param definition with the host's options, as the builder made it */
function complete(
  definition: DynamicModule,
  contracts: GivenContracts,
  parts: HttpParts,
  channels?: readonly Channel[],
): DynamicModule {
  const basePaths = completeBasePaths(contracts);
  const setup: HttpSetup = { basePaths, parts };
  return {
    ...definition,
    global: true,
    imports: [
      ...(definition.imports ?? []),
      DatabaseModule.forRoot(ENTITIES),
      ChannelsModule.of(channels),
      CatalogueModule,
      CleanupModule,
      AuthModule,
      AudienceModule,
      NotificationsModule,
      PreferencesModule,
      DispatcherModule,
      DeliveryWorkerModule.of(SendingModule),
      RealtimeModule,
      SecretRotationModule,
      ScheduleModule,
      SweepModule,
    ],
    providers: [
      ...(definition.providers ?? []),
      {
        provide: CARILLON_OPTIONS,
        inject: [ModulesContainer, MODULE_OPTIONS_TOKEN],
        useFactory: async (modules: ModulesContainer, host: HostOptions): Promise<CarillonOptions> => {
          refuseSecond(modules);
          const options = { ...completeOptions(host, contracts ?? {}), basePaths };
          if (contracts !== false) await refuseCollisions(basePaths);
          return options;
        },
      },
      CleanupSchedule,
      ...(contracts === false ? [] : [{ provide: HTTP_SETUP, useValue: setup }, HttpApplication]),
    ],
    exports: [CARILLON_OPTIONS, CatalogueModule, DispatcherModule, NotificationsModule, PreferencesModule],
  };
}

/** @throws ConfigurationError when two contracts would answer the same route */
async function refuseCollisions(basePaths: BasePaths): Promise<void> {
  const { basePathProblems } = await loadPart(ROUTES, () => import('./contracts/contracts.module.js'));
  refuse(basePathProblems(basePaths), 'The base paths are not right:');
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
