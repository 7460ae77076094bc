import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
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
  const fastify = app.getHttpAdapter().getInstance() as FastifyInstance;
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.url.startsWith('/docs')) void reply.header('Content-Security-Policy', DOCS_POLICY);
    done();
  });
  keepTexts(fastify);
  for (const name of CONTRACT_NAMES) {
    fastify.get(`/openapi/${name}.json`, (_request, reply) => reply.send(contractDocument(app, name)));
  }
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

/** The documents, and the script that holds the one of all contracts. */
const TEXTS = /^\/openapi(\.(json|yaml)|\/\w+\.json)$|\/swagger-ui-init\.js$/;

/**
 * Keeps what the documents' routes answer, as bytes: each is a quarter of a megabyte, strangers may ask for them, and
 * all answers that wait for a reader then share one copy.
 */
function keepTexts(fastify: FastifyInstance): void {
  const kept = new Map<string, { type: string; text: Buffer }>();
  const routeOf = ({ routeOptions }: FastifyRequest): string => routeOptions.url ?? '';
  fastify.addHook('onRequest', (request, reply, done) => {
    const made = kept.get(routeOf(request));
    if (!made) return done();
    void reply.type(made.type).send(made.text);
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const route = routeOf(request);
    if (reply.statusCode !== 200 || typeof payload !== 'string' || !TEXTS.test(route))
      return done(null, payload);
    const text = Buffer.from(payload);
    kept.set(route, { type: String(reply.getHeader('Content-Type')), text });
    done(null, text);
  });
}
