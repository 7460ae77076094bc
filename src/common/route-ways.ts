import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { answerNotModified } from './etag.js';
import { BODY_TYPE, bodyParser, leadToParser } from './json-body.js';
import { ProblemFilter } from './problem.filter.js';

/** The largest body of most routes: a page of preferences or a webhook endpoint is far smaller. */
export const BODY_LIMIT = 256 * 1024;

/** What every answer of the API carries. */
export const SECURITY_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  // Somebody's inbox is nobody else's, and a shared cache must not keep it.
  'Cache-Control': 'private, no-cache',
};

/** What marks a route as one of ours in Fastify's route configuration: no prefix or version of a host hides it. */
interface OurConfig {
  carillon?: { bodyLimit: number };
}

const BODY_LIMITS = new WeakMap<object, number>();

/** On a route whose bodies may be larger than most. @param bytes at most so many */
export function BodyLimit(bytes: number): MethodDecorator {
  return (_target, _name, descriptor) => {
    BODY_LIMITS.set(descriptor.value as object, bytes);
  };
}

/** Marks a handler's route as one of ours, for {@link adaptOurRoutes}. */
export function markAsOurs(prototype: object, name: string): void {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor;
  const carillon = { bodyLimit: BODY_LIMITS.get(descriptor.value as object) ?? BODY_LIMIT };
  RouteConfig({ carillon } satisfies OurConfig)(prototype, name, descriptor);
}

/**
 * Gives the marked routes what the contracts promise of all of them, whatever the application around them does for
 * its own: JSON bodies of our size, an empty one as an empty object, problem documents, headers, and 304. Other
 * routes are left alone. Must be called after the application's parsers are there and before its routes are.
 */
export function adaptOurRoutes(fastify: FastifyInstance): void {
  const filter = new ProblemFilter();
  fastify.addContentTypeParser(BODY_TYPE, { parseAs: 'buffer' }, bodyParser(fastify));
  fastify.addHook('onRoute', (route) => {
    const ours = (route.config as OurConfig | undefined)?.carillon;
    if (!ours) return;
    route.bodyLimit = ours.bodyLimit;
    route.errorHandler = (error, request, reply) => filter.answer(error, request, reply);
    add(route, 'onRequest', setHeaders);
    if (route.method === 'GET' || route.method === 'HEAD') return add(route, 'onSend', answerNotModified);
    add(route, 'preParsing', takeBody);
    add(route, 'preValidation', defaultBody);
  });
}

/** Before the route's own: Fastify's for HEAD takes the body away. */
function add<Name extends 'onRequest' | 'preParsing' | 'preValidation' | 'onSend'>(
  route: RouteOptions,
  name: Name,
  hook: Extract<NonNullable<RouteOptions[Name]>, (...parameters: never[]) => unknown>,
): void {
  (route as Record<Name, unknown>)[name] = [hook, route[name] ?? []].flat();
}

export function setHeaders(_request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  void reply.headers(SECURITY_HEADERS);
  done();
}

/** The parser puts the client's own content type back. */
function takeBody(
  request: FastifyRequest,
  _reply: FastifyReply,
  _payload: unknown,
  done: (error?: null) => void,
): void {
  const { 'content-type': type, 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  const hasNone = type === undefined && encoding === undefined && (length ?? '0') === '0';
  if (!hasNone) leadToParser(request);
  done();
}

/** A request without a body has an empty one, so that every field of it has its default. JSON's null is a body. */
export function defaultBody(request: FastifyRequest, _reply: FastifyReply, done: () => void): void {
  if (request.body === undefined) request.body = {};
  done();
}
