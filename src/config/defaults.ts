import { ConfigurationError, DEFAULT_BASE_PATHS, DEFAULT_RETRY_SCHEDULE } from './environment.js';
import type { AuthOptions, CarillonOptions, RetentionOptions, WebhookOptions } from './options.js';

/** What a host application says; the rest has the defaults of `.env.example`. */
export interface HostOptions extends Partial<
  Omit<CarillonOptions, 'database' | 'auth' | 'webhooks' | 'retention' | 'encryption' | 'basePaths'>
> {
  database: { url: string; poolSize?: number };
  /** Encrypts webhook secrets at rest: any text of at least 32 characters. */
  encryption: { key: string; previous?: string };
  auth?: Partial<AuthOptions>;
  webhooks?: Partial<WebhookOptions>;
  retention?: Partial<RetentionOptions>;
}

/**
 * A host's options, completed.
 * @throws ConfigurationError when the encryption key is too short
 */
export function completeOptions(host: HostOptions): Omit<CarillonOptions, 'basePaths'> {
  if (host.encryption.key.length < 32) {
    throw new ConfigurationError("Carillon's encryption.key must be at least 32 characters long.");
  }
  return {
    production: true,
    allowedOrigins: [],
    rateLimit: { perSecond: 10_000, burst: 20_000 },
    ...host,
    database: { poolSize: 10, ...host.database },
    auth: { cookieName: 'token', ...host.auth },
    webhooks: {
      allowNetworks: [],
      retrySchedule: DEFAULT_RETRY_SCHEDULE,
      timeoutMs: 15_000,
      ...host.webhooks,
    },
    retention: { cleanupAfterDays: 90, deliveriesDays: 30, eventsDays: 90, ...host.retention },
  };
}

/** Base paths, completed. */
export function completeBasePaths(given: Partial<CarillonOptions['basePaths']> = {}) {
  return { ...DEFAULT_BASE_PATHS, ...given };
}
