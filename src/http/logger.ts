import { ConsoleLogger, Logger, type LogLevel } from '@nestjs/common';
import type { ServerConfig } from '../config/environment.js';

/** Nest's own reports of every module and route at the start: two screens of lines. */
const CHATTER = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

const LEVELS: LogLevel[] = ['error', 'warn', 'log', 'debug'];

/** The process's logger: JSON lines in production, for machines; plain text elsewhere, for people. */
export function createLogger({ logLevel, options }: ServerConfig): ConsoleLogger {
  const logger = new ServerLogger({
    json: options.production,
    logLevels: ['fatal', ...LEVELS.slice(0, LEVELS.indexOf(logLevel) + 1)],
    colors: !options.production && process.stdout.isTTY === true,
  });
  Logger.overrideLogger(logger);
  return logger;
}

/** Nest's logger, without its reports of the start. */
export class ServerLogger extends ConsoleLogger {
  override log(message: unknown, ...rest: unknown[]): void {
    if (CHATTER.has(contextOf(rest)) && !this.isLevelEnabled('debug')) return;
    super.log(message, ...(rest as string[]));
  }

  override error(message: unknown, ...rest: unknown[]): void {
    // A start that fails throws as well, and the caller logs why: in a sentence where there is one.
    if (contextOf(rest) === 'ExceptionHandler') return;
    super.error(message, ...(rest as string[]));
  }
}

function contextOf(rest: unknown[]): string {
  return String(rest[rest.length - 1]);
}
