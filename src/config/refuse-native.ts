import { ConfigurationError } from './configuration-error.js';

/** In a host's process the variable is the host's, and it is too late to change what it has loaded. Imported first. */
if (process.env['NODE_PG_FORCE_NATIVE']) {
  throw new ConfigurationError(
    "NODE_PG_FORCE_NATIVE is set, and Carillon needs pg's own client: start the process without it (TypeORM uses " +
      'pg-native where it is installed, without the variable).',
  );
}
