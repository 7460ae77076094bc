import { Logger } from '@nestjs/common';
import { developmentSecret } from './config/development-secrets.js';
import type { ServerConfig } from './config/environment.js';
import type { AuthOptions, CarillonOptions } from './config/options.js';
import { publicKeyOf } from './config/vapid.js';
import { startEmbedded, type EmbeddedDatabase } from './database/embedded/embedded.js';
import { withDemoTypes } from './demo/shows-demo.js';

/** What the server and the operators' commands both begin with: complete options, and a database that runs. */
export interface Standalone {
  options: CarillonOptions;
  /** The embedded database; undefined when `DATABASE_URL` names another one. */
  embedded?: EmbeddedDatabase;
}

/**
 * Makes what development mode makes for itself, and starts the embedded database unless another one is named.
 * Whoever calls this releases `embedded` at the end.
 * @param stopping ends the making of an embedded database, and the wait for one that another process starts or stops
 */
export async function openStandalone(config: ServerConfig, stopping?: AbortSignal): Promise<Standalone> {
  const encryptionKey = config.options.encryption.key ?? (await secret(config, 'encryption-key'));
  const auth = await completeAuth(config);
  const push = await completePush(config);
  const embedded = config.databaseUrl ? undefined : await startEmbedded(config.dataDir, { stopping });
  return {
    options: withDemoTypes({
      ...config.options,
      auth,
      push,
      encryption: { ...config.options.encryption, key: encryptionKey },
      database: { ...config.options.database, url: config.databaseUrl ?? (embedded as EmbeddedDatabase).url },
    }),
    ...(embedded && { embedded }),
  };
}

/** Logs what is most likely a mistake in the configuration. */
export function logWarnings({ warnings }: ServerConfig): void {
  for (const warning of warnings) new Logger('Configuration').warn(warning);
}

/** How users are known: in development mode without a secret or a provider, by a secret that it makes. */
export async function completeAuth(config: ServerConfig): Promise<AuthOptions> {
  const { auth } = config.options;
  if (auth.jwtSecret || auth.jwksUrl) return auth;
  return { ...auth, jwtSecret: await secret(config, 'jwt-secret') };
}

/** Push services want one to be there, and none writes to it. */
const DEVELOPMENT_SUBJECT = 'mailto:development@example.com';

/** Who sends pushes: in development mode without keys, by a pair that it makes. */
async function completePush(config: ServerConfig): Promise<CarillonOptions['push']> {
  const { production, push } = config.options;
  if (production) return push;
  // Any 32 bytes but one set in four thousand millions are a private key.
  const privateKey = push.privateKey ?? (await secret(config, 'vapid-private-key'));
  const subject = push.subject ?? DEVELOPMENT_SUBJECT;
  return { publicKey: publicKeyOf(privateKey), privateKey, subject };
}

const VARIABLES = {
  'jwt-secret': 'JWT_SECRET',
  'encryption-key': 'ENCRYPTION_KEY',
  'vapid-private-key': 'VAPID_PRIVATE_KEY',
};

async function secret(config: ServerConfig, name: keyof typeof VARIABLES): Promise<string> {
  const { value, made } = await developmentSecret(config.dataDir, name);
  const logger = new Logger('Configuration');
  const place = `${config.dataDir}/${name}`;
  if (made) logger.warn(`${VARIABLES[name]} is not set: development mode made one and keeps it in ${place}`);
  else logger.log(`${VARIABLES[name]} is not set: development mode uses the one that it made, ${place}`);
  return value;
}
