import { Controller, Get, Module, Post, type DynamicModule, type Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiKey } from '../../../src/auth/api-key.entity.js';
import {
  CurrentPrincipal,
  CurrentUser,
  ProducerRoutes,
  UserRoutes,
} from '../../../src/auth/auth.decorators.js';
import { AuthModule } from '../../../src/auth/auth.module.js';
import type { Principal } from '../../../src/auth/principal.js';
import { validationPipe } from '../../../src/common/validation.pipe.js';
import { completeBasePaths, completeOptions, type HostOptions } from '../../../src/config/defaults.js';
import { CARILLON_OPTIONS, type HostAuthenticator } from '../../../src/config/options.js';
import { ProblemFilter } from '../../../src/http/problem.filter.js';
import { DatabaseModule } from '../../../src/database/database.module.js';

export const SECRET = 'a secret for tests, of 32 characters and more';

@UserRoutes()
@Controller('user')
class UserController {
  @Get()
  read(@CurrentUser() id: string): { id: string } {
    return { id };
  }

  @Post()
  write(@CurrentPrincipal() principal: Principal): Principal {
    return principal;
  }
}

@ProducerRoutes('events')
@Controller('producer')
class ProducerController {
  @Post()
  write(@CurrentPrincipal() principal: Principal): Principal {
    return principal;
  }
}

@ProducerRoutes('users')
@Controller('contacts')
class ContactsController {
  @Post()
  write(): void {}
}

@Module({})
class Globals {
  static with(...providers: Exclude<Provider, Function>[]): DynamicModule {
    return { module: Globals, global: true, providers, exports: providers.map(({ provide }) => provide) };
  }
}

export interface AuthApp {
  app: NestFastifyApplication;
  url: string;
}

/** Nothing but the guards, in front of a route for users and one for producers. */
export async function startAuthApp(
  databaseUrl: string,
  options: Partial<HostOptions> = {},
  host?: HostAuthenticator,
): Promise<AuthApp> {
  const useValue = {
    ...completeOptions({
      encryption: { key: 'an encryption key for tests, long enough' },
      ...options,
      database: { url: databaseUrl, poolSize: 4, schema: 'carillon' },
      auth: { jwtSecret: SECRET, authenticator: host, ...options.auth },
    }),
    basePaths: completeBasePaths(),
  };
  const root: DynamicModule = {
    module: class Root {},
    imports: [
      Globals.with({ provide: CARILLON_OPTIONS, useValue }),
      DatabaseModule.forRoot([ApiKey]),
      AuthModule,
    ],
    controllers: [UserController, ProducerController, ContactsController],
  };
  const app = await NestFactory.create<NestFastifyApplication>(root, new FastifyAdapter(), { logger: false });
  app.useGlobalFilters(new ProblemFilter());
  app.useGlobalPipes(validationPipe);
  await app.listen(0, '127.0.0.1');
  return { app, url: await app.getUrl() };
}
