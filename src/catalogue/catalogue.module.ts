import { readFile } from 'node:fs/promises';
import { Global, Module } from '@nestjs/common';
import { ConfigurationError } from '../config/environment.js';
import { CARILLON_OPTIONS, type CarillonOptions, type NotificationType } from '../config/options.js';
import { Catalogue } from './catalogue.js';
import { parseTypes } from './parse-types.js';
import { SHIPPED_TYPES } from './shipped-types.js';

/** The catalogue: the shipped types, then the host's from code, then those of `NOTIFICATION_TYPES_FILE`. */
@Global()
@Module({
  providers: [
    {
      provide: Catalogue,
      inject: [CARILLON_OPTIONS],
      useFactory: async (options: CarillonOptions) =>
        new Catalogue([
          ...SHIPPED_TYPES,
          ...(options.types ?? []),
          ...(options.typesFile ? await typesFromFile(options.typesFile) : []),
        ]),
    },
  ],
  exports: [Catalogue],
})
export class CatalogueModule {}

/** @throws ConfigurationError naming the file and every wrong place in it */
export async function typesFromFile(path: string): Promise<NotificationType[]> {
  try {
    return parseTypes(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new ConfigurationError(`NOTIFICATION_TYPES_FILE (${path}): ${(error as Error).message}`, {
      cause: error,
    });
  }
}
