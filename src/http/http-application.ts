import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { HttpAdapterHost, ModuleRef, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { ApiKeyService } from '../auth/api-key.service.js';
import { validationPipe } from '../common/validation.js';
import { CARILLON_OPTIONS, type BasePaths, type CarillonOptions } from '../config/options.js';
import { createAdapter, eventsPathOf } from './adapter.js';
import { serveDocs } from './docs.js';
import { mountOnFastify, mountOnServer, ownedPaths, type Owns, type RequestHandler } from './mount.js';
import { servePages } from './pages.js';
import { ProblemFilter } from './problem.filter.js';
import { RoutesModule, type HttpParts } from './routes.module.js';
import { leaveUnread } from './unread-bodies.js';

/** The injection token of what is served: where the contracts are, and what beside them. */
export const HTTP_SETUP = Symbol('HTTP_SETUP');

export interface HttpSetup {
  basePaths: BasePaths;
  parts: HttpParts;
}

/**
 * Carillon's routes: a Nest application of their own on a Fastify instance of their own, so that they behave the same
 * wherever they are. The standalone server lets it listen; in a host application it answers on the host's server, and
 * nothing that the host has set up for its routes reaches it.
 */
@Injectable()
export class HttpApplication implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private made: NestFastifyApplication | undefined;
  private owns: Owns = () => false;
  private readonly handle: RequestHandler = (request, response) =>
    (this.app.getHttpAdapter().getInstance() as FastifyInstance).routing(request, response);

  constructor(
    private readonly core: ModuleRef,
    private readonly host: HttpAdapterHost,
    @Inject(CARILLON_OPTIONS) private readonly options: CarillonOptions,
    @Inject(HTTP_SETUP) private readonly setup: HttpSetup,
  ) {
    // Now, before the host's own hooks are there: Fastify calls them in the order in which they were added.
    if (host.httpAdapter?.getType() === 'fastify') {
      mountOnFastify(host.httpAdapter.getInstance<FastifyInstance>(), (path) => this.owns(path), this.handle);
    }
  }

  /** The application of the routes, once the core has started. */
  get app(): NestFastifyApplication {
    if (!this.made) throw new Error('The application of the routes has not started yet.');
    return this.made;
  }

  async onApplicationBootstrap(): Promise<void> {
    this.made = await this.create();
    const { httpAdapter } = this.host;
    if (httpAdapter) mountOnServer(httpAdapter.getHttpServer(), this.owns, this.handle);
  }

  /** Requests that run are answered; the core's connections are closed after this. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.made?.close();
  }

  private async create(): Promise<NestFastifyApplication> {
    const { options, setup } = this;
    const adapter = createAdapter(options);
    const fastify = adapter.getInstance<FastifyInstance>();
    const urls: string[] = [];
    fastify.addHook('onRoute', ({ url }) => void urls.push(url));
    const app = await NestFactory.create<NestFastifyApplication>(
      RoutesModule.of(this.core, setup.basePaths, setup.parts),
      adapter,
      // The adapter has its own parser. What fails is thrown to the host or the server, which say what went wrong.
      { bodyParser: false, abortOnError: false },
    );
    app.useGlobalFilters(new ProblemFilter());
    app.useGlobalPipes(validationPipe);
    const apiKeys = app.get(ApiKeyService);
    leaveUnread(fastify, options, eventsPathOf(options), async (key) =>
      Boolean(await apiKeys.authenticate(key)),
    );
    if (options.allowedOrigins.length > 0) allowOrigins(app, options.allowedOrigins);
    if (setup.parts.assets) await servePages(fastify, setup.parts.demo);
    if (setup.parts.docs) serveDocs(app);
    await app.init();
    await fastify.ready();
    this.owns = ownedPaths(urls);
    return app;
  }
}

function allowOrigins(app: NestFastifyApplication, origin: string[]): void {
  app.enableCors({
    origin,
    credentials: true,
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['Carillon-User', 'ETag', 'Retry-After', 'X-Request-Id'],
    // Browsers ask again after ten minutes: Chromium's own limit is two hours, Firefox's a day.
    maxAge: 600,
  });
}
