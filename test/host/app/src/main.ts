// Starts the host application in one of its variants: node dist/main.js <variant>. Prints where it listens.
import 'reflect-metadata';
import type { IncomingMessage } from 'node:http';
import {
  Catch,
  Injectable,
  Module,
  ValidationPipe,
  VersioningType,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type DynamicModule,
  type ExceptionFilter,
  type ExecutionContext,
  type INestApplication,
  type NestInterceptor,
  type Provider,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { CarillonModule, type HostOptions, type NotificationType } from 'carillon';
import { map, type Observable } from 'rxjs';
import { OrdersModule } from './orders.js';

const ORDER_PLACED: NotificationType = {
  key: 'order_placed',
  description: 'An order was placed.',
  level: 'success',
  channels: { in_app: true, toast: true, webhook: true },
  webhookEvent: 'order.placed',
  mutable: true,
};

/** Stands for the host's configuration. */
@Injectable()
class HostConfig {
  readonly databaseUrl = process.env['DATABASE_URL'] ?? '';
  readonly encryptionKey = 'the encryption key of the host application';
}

/** Stands for the host's own sign-in. */
@Injectable()
class Sessions {
  async userOf(session: unknown): Promise<string | null> {
    return typeof session === 'string' && session.startsWith('session of ') ? session.slice(11) : null;
  }
}

@Module({ providers: [HostConfig, Sessions], exports: [HostConfig, Sessions] })
class HostModule {}

function options(config: HostConfig): HostOptions {
  return {
    database: { url: config.databaseUrl, poolSize: 4 },
    encryption: { key: config.encryptionKey },
    types: [ORDER_PLACED],
    webhooks: { allowNetworks: ['127.0.0.0/8'] },
  };
}

const carillon = {
  /** Routes at a place of the host's choice, for users whom the host's own sign-in knows. */
  ownSignIn: () =>
    CarillonModule.forRootAsync({
      imports: [HostModule],
      inject: [HostConfig, Sessions],
      useFactory: (config: HostConfig, sessions: Sessions) => ({
        ...options(config),
        auth: { authenticator: ({ headers }) => sessions.userOf(headers['x-session']) },
      }),
      contracts: { inbox: '/me/inbox' },
    }),
  /** Routes with the users' tokens. */
  tokens: () =>
    CarillonModule.forRoot({
      ...options(new HostConfig()),
      auth: { jwtSecret: 'the secret that the host signs tokens with' },
      serve: { assets: true, docs: true },
    }),
  /** No routes at all. */
  none: () => CarillonModule.forRoot({ ...options(new HostConfig()), contracts: false }),
};

/** What hosts set for all of their routes. */
@Injectable()
class DenyingGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return context.switchToHttp().getRequest<IncomingMessage>().headers['x-host'] === 'yes';
  }
}

@Injectable()
class WrappingInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ wrapped: data })));
  }
}

@Catch()
class CatchingFilter implements ExceptionFilter {
  catch(thrown: unknown, host: ArgumentsHost): void {
    const response = host
      .switchToHttp()
      .getResponse<{ status(code: number): { send(body: unknown): void } }>();
    response.status(418).send({ caught: String(thrown) });
  }
}

const GLOBAL_PROVIDERS: Provider[] = [
  { provide: APP_GUARD, useClass: DenyingGuard },
  { provide: APP_INTERCEPTOR, useClass: WrappingInterceptor },
  { provide: APP_FILTER, useClass: CatchingFilter },
  {
    provide: APP_PIPE,
    useValue: new ValidationPipe({ transform: true, transformOptions: { enableImplicitConversion: true } }),
  },
];

function appModule(carillonModule: DynamicModule, providers: Provider[] = []): DynamicModule {
  return { module: class AppModule {}, imports: [carillonModule, OrdersModule], providers };
}

const VARIANTS: Record<string, () => Promise<INestApplication>> = {
  'fastify, own sign-in': () =>
    NestFactory.create<NestFastifyApplication>(appModule(carillon.ownSignIn()), new FastifyAdapter(), quiet),
  'fastify, tokens': () =>
    NestFactory.create<NestFastifyApplication>(appModule(carillon.tokens()), new FastifyAdapter(), quiet),
  'express, no routes': () => NestFactory.create(appModule(carillon.none()), new ExpressAdapter(), quiet),
  'express, everything global': async () => {
    const app = await NestFactory.create(
      appModule(carillon.tokens(), GLOBAL_PROVIDERS),
      new ExpressAdapter(),
      quiet,
    );
    app.setGlobalPrefix('app');
    app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
    return app;
  },
  'express, routes': () => NestFactory.create(appModule(carillon.tokens()), new ExpressAdapter(), quiet),
};
const quiet = { logger: ['error' as const], abortOnError: false };

try {
  const app = await VARIANTS[process.argv[2] ?? '']?.();
  if (!app) throw new Error(`no such variant: ${process.argv[2]}`);
  app.enableShutdownHooks();
  await app.listen(0, '127.0.0.1');
  console.log(await app.getUrl());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
