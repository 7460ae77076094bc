import { NestFactory, type ModuleRef } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { ApiKeyService } from '../auth/api-key.service.js';
import { CarillonError } from '../common/errors.js';
import { validationPipe } from '../common/validation.pipe.js';
import { loadPart, PAGES } from '../config/optional-packages.js';
import type { CarillonOptions } from '../config/options.js';
import { createAdapter, producerPathsOf } from './adapter.js';
import type { Connections } from './connections.js';
import { serveDocs } from './docs.js';
import type { HttpSetup } from './http-setup.js';
import { pathOf, type Owns } from './mount.js';
import { ProblemFilter } from './problem.filter.js';
import { Routes } from './routes.js';
import { RoutesModule } from './routes.module.js';
import { leaveUnread } from './unread-bodies.js';

/**
 * Makes the Nest application of all routes, ready to answer.
 * @param core of the application that lends its services
 */
export async function createRoutes(
  core: ModuleRef,
  options: CarillonOptions,
  { basePaths, parts }: HttpSetup,
  connections: Connections,
): Promise<{ app: NestFastifyApplication; owns: Owns }> {
  const adapter = createAdapter(options, connections);
  const fastify = adapter.getInstance<FastifyInstance>();
  const routes = new Routes();
  fastify.addHook('onRoute', (route) => routes.add(route));
  fastify.addHook('onRequest', (request, reply, done) => {
    const methods = request.is404 ? routes.methodsOf(pathOf(request.raw)) : [];
    // A folder of files is an address that is nothing by itself.
    if (methods.length === 0 || methods.includes(request.method)) return done();
    void reply.header('Allow', methods.join(', '));
    const detail = `This address takes ${methods.join(', ')}.`;
    new ProblemFilter().answer(new CarillonError('method_not_allowed', detail), request, reply);
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    RoutesModule.of(core, basePaths, parts),
    adapter,
    // The adapter has its own parser. What fails is thrown to the host or the server, which say what went wrong.
    { bodyParser: false, abortOnError: false },
  );
  app.useGlobalFilters(new ProblemFilter());
  app.useGlobalPipes(validationPipe);
  const apiKeys = app.get(ApiKeyService);
  leaveUnread(fastify, options, producerPathsOf(options), async (key) =>
    Boolean(await apiKeys.authenticate(key)),
  );
  if (options.allowedOrigins.length > 0) allowOrigins(app, options.allowedOrigins);
  if (parts.assets || parts.docs) {
    const { servePages } = await loadPart(PAGES, () => import('./pages.js'));
    if (parts.assets) await servePages(fastify, parts.demo);
    if (parts.docs) serveDocs(app);
  }
  await app.init();
  await fastify.ready();
  return { app, owns: routes.owns() };
}

function allowOrigins(app: NestFastifyApplication, origin: string[]): void {
  app.enableCors({
    origin,
    credentials: true,
    // Who asks what an address takes is told, also when it is no browser.
    strictPreflight: false,
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['Carillon-User', 'ETag', 'Retry-After', 'X-Request-Id'],
    // Browsers ask again after ten minutes: Chromium's own limit is two hours, Firefox's a day.
    maxAge: 600,
  });
}
