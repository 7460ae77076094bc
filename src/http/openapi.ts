import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { SECURITY } from '../auth/auth.decorators.js';
import { CARILLON_OPTIONS, type BasePaths, type CarillonOptions } from '../config/options.js';
import { CONTRACTS } from '../contracts/contracts.module.js';

/** What each contract is for, as its document's title and first sentence. */
const ABOUT: Record<keyof BasePaths, { title: string; description: string }> = {
  inbox: {
    title: 'Carillon: the native API',
    description:
      'The inbox, preferences, webhooks and the live stream of the user whose token is sent; and, with an API key, ' +
      'the events that producers post.',
  },
  sites: {
    title: 'Carillon: the sites contract',
    description: "A user's notifications site by site, in numbered pages.",
  },
  workspace: {
    title: 'Carillon: the workspace contract',
    description: "A user's notifications with a filter language, several sort keys, cursors and a trash.",
  },
  account: {
    title: 'Carillon: the account contract',
    description: "A user's notifications in numbered pages, with flat preferences.",
  },
};

export const CONTRACT_NAMES = Object.keys(ABOUT) as (keyof BasePaths)[];

/** The OpenAPI document of one contract, as it is mounted. */
export function contractDocument(app: INestApplication, name: keyof BasePaths): OpenAPIObject {
  const options = app.get<CarillonOptions>(CARILLON_OPTIONS);
  const builder = new DocumentBuilder()
    .setTitle(ABOUT[name].title)
    .setDescription(`${ABOUT[name].description} Every failure is a problem document (RFC 9457).`)
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, SECURITY.bearer)
    .addCookieAuth(options.auth.cookieName, undefined, SECURITY.cookie)
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key' }, SECURITY.apiKey)
    .build();
  return SwaggerModule.createDocument(app, builder, {
    include: [CONTRACTS[name]],
    // The class and the method make an id that is unique and does not change with the routes' order.
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
}
