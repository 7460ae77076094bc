import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { BasePaths } from '../config/options.js';
import { CONTRACT_NAMES, contractDocument, wholeDocument } from './openapi.js';

/** Swagger's page brings its own scripts and styles, and the styles it sets on elements. */
const DOCS_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; frame-ancestors 'none'";

/**
 * Serves the OpenAPI documents (`/openapi.json` of all contracts, `/openapi/<contract>.json` of each) and a page to read
 * them and try them out (`/docs`). A document is made when it is first asked for: the start does not wait.
 */
export function serveDocs(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const documents = new Map<keyof BasePaths, OpenAPIObject>();
  const document = (name: keyof BasePaths): OpenAPIObject => {
    const made = documents.get(name) ?? contractDocument(app, name);
    documents.set(name, made);
    return made;
  };
  for (const name of CONTRACT_NAMES) {
    fastify.get(`/openapi/${name}.json`, (_request: FastifyRequest, reply: FastifyReply) =>
      reply.send(document(name)),
    );
  }
  fastify.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    if (request.url.startsWith('/docs')) void reply.header('Content-Security-Policy', DOCS_POLICY);
    done();
  });
  SwaggerModule.setup('docs', app, () => wholeDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'Carillon',
    explorer: true,
    swaggerOptions: {
      urls: [
        { name: 'all contracts', url: '/openapi.json' },
        ...CONTRACT_NAMES.map((name) => ({ name, url: `/openapi/${name}.json` })),
      ],
    },
  });
}
