import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { HttpAdapterHost, ModuleRef } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { loadPart, ROUTES } from '../config/optional-packages.js';
import { CARILLON_OPTIONS, type CarillonOptions } from '../config/options.js';
import { Connections } from './connections.js';
import { HTTP_SETUP, type HttpSetup } from './http-setup.js';
import { mountOnExpress, mountOnFastify, mountOnServer, type Owns, type RequestHandler } from './mount.js';

/**
 * Carillon's routes: a Nest application of their own on a Fastify instance of their own, so that they behave the same
 * wherever they are. The standalone server lets it listen; in a host application it answers on the host's server, and
 * nothing that the host has set up for its routes reaches it.
 */
@Injectable()
export class HttpApplication implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private made: NestFastifyApplication | undefined;
  private owns: Owns = () => false;
  private readonly mountsEarly: boolean;
  private readonly connections = new Connections();
  private readonly handle: RequestHandler = this.connections.guard((request, response) =>
    (this.app.getHttpAdapter().getInstance() as FastifyInstance).routing(request, response),
  );

  constructor(
    private readonly core: ModuleRef,
    private readonly host: HttpAdapterHost,
    @Inject(CARILLON_OPTIONS) private readonly options: CarillonOptions,
    @Inject(HTTP_SETUP) private readonly setup: HttpSetup,
  ) {
    // Now, before the host's own hooks and parsers are there: they are called in the order in which they were added.
    this.mountsEarly = Boolean(host.httpAdapter);
    if (this.mountsEarly) this.mountOnFramework();
  }

  /** The application of the routes, once the core has started. */
  get app(): NestFastifyApplication {
    if (!this.made) throw new Error('The application of the routes has not started yet.');
    return this.made;
  }

  async onApplicationBootstrap(): Promise<void> {
    // Loaded when they are wanted: an application without routes needs none of what they need.
    const { createRoutes } = await loadPart(ROUTES, () => import('./routes-application.js'));
    const { app, owns } = await createRoutes(this.core, this.options, this.setup, this.connections);
    this.made = app;
    this.owns = owns;
    const { httpAdapter } = this.host;
    if (!httpAdapter) return;
    mountOnServer(httpAdapter.getHttpServer(), owns, this.handle);
    // A testing module is told of its adapter when all is made. Express has parsed bodies by now.
    if (!this.mountsEarly && httpAdapter.getType() === 'fastify') this.mountOnFramework();
  }

  private mountOnFramework(): void {
    const { httpAdapter } = this.host;
    const owns: Owns = (path) => this.owns(path);
    if (httpAdapter.getType() === 'fastify') mountOnFastify(httpAdapter.getInstance(), owns, this.handle);
    else mountOnExpress(httpAdapter, owns, this.handle);
  }

  /** Requests that run are answered; the core's connections are closed after this. */
  async beforeApplicationShutdown(): Promise<void> {
    this.connections.end();
    await this.made?.close();
  }
}
