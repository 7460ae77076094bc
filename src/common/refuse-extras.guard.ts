import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyRequest } from 'fastify';
import { invalidInput } from './errors.js';
import { isJsonObject } from './json.js';
import { NOT_KNOWN } from './validation.js';

interface Takes {
  query: boolean;
  body: boolean;
}

/**
 * Refuses query parameters and body keys on routes that take none. Where a route has a DTO, the validation pipe does
 * that; without one nobody would look, and a mistyped parameter would seem to work. A body that is not an object is
 * refused on every route: Nest takes null for an empty one, and nothing is in a number that could be unknown.
 */
@Injectable()
export class RefuseExtrasGuard implements CanActivate {
  // Metadata is looked up by strings, and this runs on every request.
  private readonly routes = new WeakMap<object, Takes>();

  canActivate(context: ExecutionContext): boolean {
    const takes = this.takesOf(context);
    const { query, body } = context.switchToHttp().getRequest<FastifyRequest>();
    // Undefined: there is none, and nobody has made an empty one of it.
    if (body !== undefined && !isJsonObject(body)) {
      throw invalidInput([{ path: '', message: 'the body must be an object' }]);
    }
    if (takes.query && takes.body) return true;
    const extras = [...(takes.query ? [] : keysOf(query)), ...(takes.body ? [] : keysOf(body))];
    if (extras.length > 0) throw invalidInput(extras.map((path) => ({ path, message: NOT_KNOWN })));
    return true;
  }

  private takesOf(context: ExecutionContext): Takes {
    const handler = context.getHandler();
    let takes = this.routes.get(handler);
    if (!takes) {
      const parameters: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), handler.name);
      // Keys are `<kind>:<position>`.
      const kinds = Object.keys(parameters ?? {}).map((key) => Number(key.split(':')[0]));
      takes = { query: kinds.includes(RouteParamtypes.QUERY), body: kinds.includes(RouteParamtypes.BODY) };
      this.routes.set(handler, takes);
    }
    return takes;
  }
}

function keysOf(value: unknown): string[] {
  return Object.keys(value ?? {});
}
