import type { LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule, showsDemo } from './app.module.js';
import { ApiKeyService } from './auth/api-key.service.js';
import { ProblemFilter } from './common/problem.filter.js';
import type { CarillonOptions } from './config/options.js';
import { adaptHttp, eventsPathOf, HTTP_OPTIONS } from './http/adapt.js';
import { serveDocs } from './http/docs.js';
import { servePages } from './http/pages.js';
import { leaveUnread } from './http/unread-bodies.js';

/** Builds the standalone server's application, ready to listen. */
export async function createApplication(
  options: CarillonOptions,
  logger?: LoggerService | false,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter(HTTP_OPTIONS);
  adaptHttp(adapter.getInstance());
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(options), adapter, {
    // Ours accepts an empty JSON body, see http/adapt.ts.
    bodyParser: false,
    // A start that fails throws instead of ending the process: main.ts says what went wrong.
    abortOnError: false,
    ...(logger !== undefined && { logger }),
  });
  app.useGlobalFilters(new ProblemFilter());
  const apiKeys = app.get(ApiKeyService, { strict: false });
  leaveUnread(adapter.getInstance(), options, eventsPathOf(options), async (key) =>
    Boolean(await apiKeys.authenticate(key)),
  );
  if (options.allowedOrigins.length > 0) {
    app.enableCors({
      origin: options.allowedOrigins,
      credentials: true,
      methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      exposedHeaders: ['Carillon-User', 'ETag', 'Retry-After', 'X-Request-Id'],
      // Browsers ask again after ten minutes: Chromium's own limit is two hours, Firefox's a day.
      maxAge: 600,
    });
  }
  await servePages(adapter.getInstance(), showsDemo(options));
  serveDocs(app);
  await app.init();
  return app;
}
