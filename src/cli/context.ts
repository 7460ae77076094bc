import { Logger, type LogLevel, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { loadConfig, type ServerConfig } from '../config/environment.js';
import type { CarillonOptions } from '../config/options.js';
import { ServerLogger } from '../http/logger.js';
import { logWarnings, openStandalone } from '../standalone.js';
import { CliModule } from './cli.module.js';

/** Stdout is the command's answer, which scripts read. */
class StderrLogger extends ServerLogger {
  protected override printMessages(messages: unknown[], context?: string, level?: LogLevel): void {
    super.printMessages(messages, context, level, 'stderr');
  }
}

/** Reads the configuration, and sends the log to stderr from here on. */
export function configure(levels: LogLevel[] = ['fatal', 'error', 'warn']): ServerConfig {
  Logger.overrideLogger(new StderrLogger({ logLevels: levels, colors: process.stderr.isTTY === true }));
  const config = loadConfig();
  logWarnings(config);
  return config;
}

/** Runs a command's work on the database that the server would use, started for it when nothing else uses it. */
export async function withDatabase<T>(
  config: ServerConfig,
  work: (options: CarillonOptions) => Promise<T>,
): Promise<T> {
  const { options, embedded } = await openStandalone(config);
  try {
    // One connection for the work, and one for a lock that is held meanwhile.
    return await work({ ...options, database: { ...options.database, poolSize: 2 } });
  } finally {
    await embedded?.release();
  }
}

/** Runs a command's work with one of Carillon's services. */
export async function withService<T>(service: Type<T>, work: (service: T) => Promise<void>): Promise<void> {
  await withDatabase(configure(), async (options) => {
    const carillon = await NestFactory.createApplicationContext(CliModule.forRoot(options), {
      abortOnError: false,
    });
    try {
      await work(carillon.get(service, { strict: false }));
    } finally {
      await carillon.close();
    }
  });
}

/** Writes to stdout, a line for each text. */
export function print(...lines: string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
}
