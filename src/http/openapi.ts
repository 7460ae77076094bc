import type { INestApplication, Type } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { SECURITY } from '../auth/auth.decorators.js';
import { FREQUENCIES } from '../catalogue/frequency.js';
import { Channels } from '../channels/registry.js';
import { reportOf, UNDECIDED_REPORT } from '../channels/sending-report.js';
import { CARILLON_OPTIONS, type BasePaths, type CarillonOptions } from '../config/options.js';
import { CONTRACTS } from '../contracts/contracts.module.js';

/** What a document is of, as its title and first sentence. */
interface About {
  title: string;
  description: string;
  /** Whether some of its routes are for producers, who hold an API key. */
  producers?: true;
}

const EVERYTHING: About = {
  title: 'Carillon',
  description: 'The native API and the three other contracts over the same inbox.',
  producers: true,
};

const ABOUT: Record<keyof BasePaths, About> = {
  inbox: {
    title: 'Carillon: the native API',
    description:
      'The inbox, preferences, webhooks and the live stream of the user whose token is sent; and, with an API key, ' +
      'the events that producers post.',
    producers: true,
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
  return documentOf(app, ABOUT[name], [CONTRACTS[name].module]);
}

/** The OpenAPI document of all contracts: what a tool expects at the one address that it is given. */
export function wholeDocument(app: INestApplication): OpenAPIObject {
  const modules = Object.values(CONTRACTS).map(({ module }) => module);
  return documentOf(app, EVERYTHING, modules);
}

function documentOf(app: INestApplication, about: About, include: Type[]): OpenAPIObject {
  const { auth } = app.get<CarillonOptions>(CARILLON_OPTIONS);
  const builder = new DocumentBuilder()
    .setTitle(about.title)
    .setDescription(`${about.description} Every failure is a problem document (RFC 9457).`)
    .setVersion('1')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    // Relative to where the document was read: which names a server has beyond its proxies is not known to it.
    .addServer('/', 'The server that this document is from')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, SECURITY.bearer)
    .addCookieAuth(auth.cookieName, undefined, SECURITY.cookie);
  if (about.producers) {
    builder.addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key' }, SECURITY.apiKey);
  }
  const document = SwaggerModule.createDocument(app, builder.build(), {
    include,
    // The class and the method make an id that is unique and does not change with the routes' order.
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  describeChannels(document, app.get(Channels));
  return document;
}

/** Decorators are evaluated before the channels are known: what has a field for each is described here. */
function describeChannels({ components }: OpenAPIObject, { all, keys, frequencies }: Channels): void {
  const { ChannelsDto: switches, RecipientDto: recipient } = components?.schemas ?? {};
  if (!components?.schemas || !switches) return;
  const each = (schema: object) => Object.fromEntries(keys.map((key) => [key, schema]));
  const settings = each({ type: 'boolean', nullable: true });
  const timed = [...frequencies.keys()];
  const often = (schema: object) =>
    Object.fromEntries(timed.map((name) => [name, { type: 'string', enum: FREQUENCIES, ...schema }]));
  Object.assign(switches, { properties: each({ type: 'boolean' }), required: [...keys] });
  Object.assign(components.schemas, {
    ChannelSettings: { type: 'object', properties: settings, required: [...keys] },
    ChannelsPatch: { type: 'object', properties: settings, additionalProperties: false },
    TypePreferences: {
      type: 'object',
      properties: { ...each({ type: 'boolean' }), ...often({}) },
      required: [...keys, ...timed],
    },
    TypePatch: {
      type: 'object',
      properties: { ...settings, ...often({ nullable: true, enum: [...FREQUENCIES, null] }) },
      additionalProperties: false,
    },
  });
  const reports = Object.fromEntries(
    all.map((channel) => [channel.key, { anyOf: [reportOf(channel).schema, UNDECIDED_REPORT] }]),
  );
  if (recipient && 'properties' in recipient) {
    Object.assign(recipient.properties ?? {}, reports);
    recipient.required?.push(...keys);
  }
}
