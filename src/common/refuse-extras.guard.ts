import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { invalidInput } from './errors.js';
import { isJsonObject } from './json.js';
import { NOT_KNOWN } from './validation.js';

/** What a route reads of a request, which it checks by itself; nothing else may be sent to it. */
export const Takes = Reflector.createDecorator<('query' | 'body')[]>();

/**
 * Refuses query parameters and body keys on routes that take none. Where a route has a DTO, the validation pipe does
 * that; without one a mistyped parameter would seem to work. A body that is not an object is refused on every route:
 * Nest takes null for an empty one, and nothing is in a number that could be unknown.
 */
@Injectable()
export class RefuseExtrasGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const takes = this.reflector.get(Takes, context.getHandler()) ?? [];
    const { query, body } = context.switchToHttp().getRequest<FastifyRequest>();
    // Undefined: none was sent.
    if (body !== undefined && !isJsonObject(body)) {
      throw invalidInput([{ path: '', message: 'the body must be an object' }]);
    }
    const extras = [
      ...(takes.includes('query') ? [] : keysOf(query)),
      ...(takes.includes('body') ? [] : keysOf(body)),
    ];
    if (extras.length > 0) throw invalidInput(extras.map((path) => ({ path, message: NOT_KNOWN })));
    return true;
  }
}

function keysOf(value: unknown): string[] {
  return Object.keys(value ?? {});
}
