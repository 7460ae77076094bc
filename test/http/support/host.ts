import {
  BadRequestException,
  Body,
  Catch,
  Controller,
  ForbiddenException,
  Get,
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
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
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

/** A host application with everything global that hosts set, and Carillon in the middle of it. */
export async function startHost(
  platform: Platform,
  databaseUrl: string,
  options: Partial<HostOptions> & RouteOptions = {},
): Promise<INestApplication> {
  @Module({
    imports: [
      CarillonModule.forRoot({
        database: { url: databaseUrl, poolSize: 4 },
        encryption: { key: 'an encryption key for tests, long enough' },
        auth: { jwtSecret: TEST_JWT_SECRET },
        ...options,
      }),
    ],
    controllers: [HostController],
    providers: [
      { provide: APP_GUARD, useClass: DenyingGuard },
      { provide: APP_INTERCEPTOR, useClass: WrappingInterceptor },
      { provide: APP_FILTER, useClass: CatchingFilter },
      { provide: APP_PIPE, useValue: new ValidationPipe({ whitelist: true }) },
    ],
  })
  class HostModule {}
  const adapter = platform === 'express' ? new ExpressAdapter() : new FastifyAdapter({ bodyLimit: 1_000 });
  const app = await NestFactory.create<INestApplication>(HostModule, adapter, {
    logger: false,
    rawBody: true,
    abortOnError: false,
  });
  app.setGlobalPrefix('app');
  app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
  app.useGlobalPipes(
    new ValidationPipe({ transform: true, transformOptions: { enableImplicitConversion: true } }),
  );
  // What helmet, compression and the like do: a header on each answer.
  app.use((_request: IncomingMessage, response: ServerResponse, next: () => void) => {
    response.setHeader('X-Of-The-Host', 'yes');
    next();
  });
  await app.listen(0, '127.0.0.1');
  return app;
}
