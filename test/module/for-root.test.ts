import { afterEach, beforeAll, afterAll, describe, expect, it } from '@jest/globals';
import { Injectable, Module, Scope, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  CarillonModule,
  Catalogue,
  NotificationService,
  PreferencesService,
  UserInbox,
  type AsyncOptions,
  type CarillonOptionsFactory,
  type HostOptions,
} from '../../src/index.js';
import { TEST_JWT_SECRET } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let app: INestApplicationContext | undefined;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await app?.close();
  app = undefined;
});
afterAll(() => database.drop());

const OPTIONS = {
  encryption: { key: 'an encryption key for tests, long enough' },
  auth: { jwtSecret: TEST_JWT_SECRET },
  types: [],
};

/** Stands for the host's configuration. */
@Injectable()
class HostConfig {
  readonly databaseUrl = database.url;
}

@Module({ providers: [HostConfig], exports: [HostConfig] })
class ConfigModule {}

@Injectable()
class CarillonConfig implements CarillonOptionsFactory {
  constructor(private readonly config: HostConfig) {}

  async createCarillonOptions(): Promise<HostOptions> {
    return { ...OPTIONS, database: { url: this.config.databaseUrl, poolSize: 2 } };
  }
}

@Module({ imports: [ConfigModule], providers: [CarillonConfig], exports: [CarillonConfig] })
class CarillonConfigModule {}

/** A module of the host that does not import Carillon's. */
@Injectable()
class HostService {
  constructor(
    readonly notifications: NotificationService,
    readonly inbox: UserInbox,
    readonly preferences: PreferencesService,
    readonly catalogue: Catalogue,
  ) {}
}

@Module({ providers: [HostService] })
class FeatureModule {}

function start(carillon: DynamicModule): Promise<INestApplicationContext> {
  const root: DynamicModule = { module: class Root {}, imports: [FeatureModule, carillon] };
  return NestFactory.createApplicationContext(root, { logger: false, abortOnError: false });
}

describe('forRootAsync', () => {
  it.each<[string, () => AsyncOptions]>([
    [
      'a factory that injects what an import exports',
      () => ({
        imports: [ConfigModule],
        inject: [HostConfig],
        useFactory: async ({ databaseUrl }: HostConfig) => ({
          ...OPTIONS,
          database: { url: databaseUrl, poolSize: 2 },
        }),
      }),
    ],
    ['a class', () => ({ imports: [ConfigModule], useClass: CarillonConfig })],
    ['a provider that is there', () => ({ imports: [CarillonConfigModule], useExisting: CarillonConfig })],
  ])('takes options from %s', async (_what, options) => {
    app = await start(CarillonModule.forRootAsync({ ...options(), contracts: false }));
    const host = app.get(HostService, { strict: false });
    expect(await host.inbox.unreadCount('anna')).toBe(0);
    expect(host.catalogue.find('job_failed')?.level).toBe('error');
  });

  it('refuses no way, and two', () => {
    const sentence = 'forRootAsync needs one of useFactory, useClass and useExisting.';
    expect(() => CarillonModule.forRootAsync({})).toThrow(sentence);
    const two = { useClass: CarillonConfig, useFactory: () => ({}) as HostOptions };
    expect(() => CarillonModule.forRootAsync(two)).toThrow(sentence);
  });

  it('refuses what a factory says and must be known before it is called', async () => {
    const useFactory = () => ({ ...OPTIONS, database: { url: database.url }, contracts: false, serve: {} });
    const started = start(CarillonModule.forRootAsync({ useFactory }));
    await expect(started).rejects.toThrow(
      /- contracts: belongs beside the factory, because[^\n]+\n +- serve: belongs beside/,
    );
  });

  it('refuses options that would be made anew for each request', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Session {}
    @Module({ providers: [Session], exports: [Session] })
    class SessionModule {}
    const useFactory = () => ({ ...OPTIONS, database: { url: database.url } });
    const scoped = CarillonModule.forRootAsync({ imports: [SessionModule], inject: [Session], useFactory });
    await expect(start(scoped)).rejects.toThrow(/depend on a provider that is made for each request/);
  });

  it('refuses the start by what its factory throws', async () => {
    const failing = CarillonModule.forRootAsync({ useFactory: () => Promise.reject(new Error('no vault')) });
    await expect(start(failing)).rejects.toThrow('no vault');
  });
});

describe('forRoot', () => {
  const given = (more: object = {}) => ({
    ...OPTIONS,
    database: { url: database.url, poolSize: 2 },
    ...more,
  });

  it('gives its services to every module of the host', async () => {
    app = await start(CarillonModule.forRoot(given({ contracts: undefined, serve: undefined })));
    const host = app.get(HostService, { strict: false });
    await host.notifications.notify({ type: 'job_failed', userIds: ['ben'], title: 'T' });
    expect(await host.inbox.unreadCount('ben')).toBe(1);
  });

  it('refuses base paths that collide', async () => {
    const started = start(CarillonModule.forRoot(given({ contracts: { account: '/v1' } })));
    await expect(started).rejects.toThrow(/inbox.*account|account.*inbox/);
  });

  it('refuses routes without a way to know the user, and starts without routes', async () => {
    const nothing = given({ auth: {}, database: { url: undefined } });
    await expect(start(CarillonModule.forRoot(nothing))).rejects.toThrow(
      /database\.url: is missing[^]*auth\.jwtSecret, auth\.jwksUrl or auth\.authenticator: one of them is required/,
    );
    app = await start(CarillonModule.forRoot(given({ auth: {}, contracts: false })));
  });
});
