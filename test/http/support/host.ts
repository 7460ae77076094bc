import {
  BadRequestException,
  Body,
  Catch,
  Controller,
  ForbiddenException,
  Get,
  HttpException,
  Injectable,
  Module,
  Post,
  ValidationPipe,
  VersioningType,
  type ArgumentsHost,
  type CanActivate,
  type ExceptionFilter,
  type INestApplication,
  type NestInterceptor,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, NestFactory } from '@nestjs/core';
import fastifyCompress from '@fastify/compress';
import fastifyHelmet from '@fastify/helmet';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import compression from 'compression';
import helmet from 'helmet';
import type { IncomingMessage, ServerResponse } from 'node:http';
import pg from 'pg';
import { map, type Observable } from 'rxjs';
import { CarillonModule, type RouteOptions } from '../../../src/carillon.module.js';
import type { HostOptions } from '../../../src/config/defaults.js';
import { TEST_JWT_SECRET } from '../../support/app.js';

export type Platform = 'express' | 'fastify';

/** Routes of the host's own, which must keep the host's ways. */
@Controller('host')
class HostController {
  @Get()
  read(): { of: string } {
    return { of: 'the host' };
  }

  @Post()
  write(@Body() body: unknown): { body: unknown } {
    return { body };
  }

  @Get('forbidden')
  forbidden(): never {
    throw new ForbiddenException('no');
  }
}

/** Lets pass who says a word that no client of Carillon knows. */
@Injectable()
class DenyingGuard implements CanActivate {
  canActivate(context: { switchToHttp(): { getRequest(): IncomingMessage } }): boolean {
    return context.switchToHttp().getRequest().headers['x-host'] === 'yes';
  }
}

/** Lets pass few requests: far fewer than a polling badge sends. */
@Injectable()
class ThrottlingGuard implements CanActivate {
  private left = 20;

  canActivate(): boolean {
    this.left -= 1;
    if (this.left < 0) throw new HttpException('Too many requests', 429);
    return true;
  }
}

@Injectable()
class WrappingInterceptor implements NestInterceptor {
  intercept(_context: unknown, next: { handle(): Observable<unknown> }): Observable<unknown> {
    return next.handle().pipe(map((data) => ({ wrapped: data })));
  }
}

@Catch()
class CatchingFilter implements ExceptionFilter {
  catch(thrown: unknown, host: ArgumentsHost): void {
    const status = thrown instanceof BadRequestException ? 400 : 418;
    const response = host
      .switchToHttp()
      .getResponse<{ status(code: number): { send(body: unknown): void } }>();
    response.status(status).send({ caught: String(thrown) });
  }
}

/** What a host reads of PostgreSQL in its own way, for its whole process. */
function setTypeParsers(): void {
  const { TIMESTAMPTZ, INT8, JSONB, UUID, BOOL } = pg.types.builtins;
  for (const type of [TIMESTAMPTZ, INT8, JSONB, UUID, BOOL]) {
    pg.types.setTypeParser(type, (text) => `the host's ${text}`);
  }
}

/** What it sends compressed, and with which headers. */
async function addMiddleware(app: INestApplication, platform: Platform): Promise<void> {
  if (platform === 'express') {
    app.use(helmet(), compression({ threshold: 0 }));
    return;
  }
  const fastify = app as NestFastifyApplication;
  await fastify.register(fastifyHelmet);
  await fastify.register(fastifyCompress, { threshold: 0 });
}

/** The options that a host cannot leave out. */
export const hostOptions = (databaseUrl: string): HostOptions => ({
  database: { url: databaseUrl, poolSize: 4 },
  encryption: { key: 'an encryption key for tests, long enough' },
  auth: { jwtSecret: TEST_JWT_SECRET },
});

/**
 * A host application with everything global that hosts set, and Carillon in the middle of it.
 */
export async function startHost(
  platform: Platform,
  options: HostOptions & RouteOptions,
): Promise<INestApplication> {
  setTypeParsers();

  @Module({
    imports: [CarillonModule.forRoot(options)],
    controllers: [HostController],
    providers: [
      { provide: APP_GUARD, useClass: ThrottlingGuard },
      { provide: APP_GUARD, useClass: DenyingGuard },
      { provide: APP_INTERCEPTOR, useClass: WrappingInterceptor },
      { provide: APP_FILTER, useClass: CatchingFilter },
      { provide: APP_PIPE, useValue: new ValidationPipe({ whitelist: true }) },
    ],
  })
  class HostModule {}
  // As docs/nestjs.md says: Node would wait for connections on which nothing has been asked yet.
  const forceCloseConnections = true;
  const adapter =
    platform === 'express'
      ? new ExpressAdapter()
      : new FastifyAdapter({ bodyLimit: 1_000, forceCloseConnections });
  const app = await NestFactory.create<INestApplication>(HostModule, adapter, {
    logger: false,
    rawBody: true,
    abortOnError: false,
    forceCloseConnections,
  });
  app.setGlobalPrefix('app');
  app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
  app.useGlobalPipes(
    new ValidationPipe({ transform: true, transformOptions: { enableImplicitConversion: true } }),
  );
  await addMiddleware(app, platform);
  app.use((_request: IncomingMessage, response: ServerResponse, next: () => void) => {
    response.setHeader('X-Of-The-Host', 'yes');
    next();
  });
  await app.listen(0, '127.0.0.1');
  return app;
}
