import type { INestApplicationContext, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import type { CarillonOptions } from './config/options.js';
import { HttpApplication } from './http/http-application.js';

/** The standalone server: the core, and the routes that listen. */
export interface StandaloneApplication {
  core: INestApplicationContext;
  http: NestFastifyApplication;
  /** Ends the workers, the streams, requests that run, and the connections, in this order. */
  close(): Promise<void>;
}

/** Builds the standalone server's application, ready to listen. */
export async function createApplication(
  options: CarillonOptions,
  logger?: LoggerService | false,
): Promise<StandaloneApplication> {
  const core = await NestFactory.createApplicationContext(AppModule.forRoot(options), {
    // A start that fails throws instead of ending the process: main.ts says what went wrong.
    abortOnError: false,
    ...(logger !== undefined && { logger }),
  });
  return { core, http: core.get(HttpApplication, { strict: false }).app, close: () => core.close() };
}
