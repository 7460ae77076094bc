import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { invalidInput } from './errors.js';
import { isJsonObject } from './json.js';
import { TAKES } from './routes.js';
import { NOT_KNOWN } from './validation.js';

const PARTS = ['query', 'body'] as const;

/**
 * Refuses query parameters and body keys on routes that take none. Where a route has a DTO, the validation pipe does
 * that; without one a mistyped parameter would seem to work. A body that is not an object is refused on every route:
 * Nest takes null for an empty one, and nothing is in a number that could be unknown.
 */
@Injectable()
export class RefuseExtrasGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    // Undefined: none was sent.
    if (request.body !== undefined && !isJsonObject(request.body)) {
      throw invalidInput([{ path: '', message: 'the body must be an object' }]);
    }
    const handler = context.getHandler();
    const extras: string[] = [];
    for (const part of PARTS) {
      if (!this.reflector.get(TAKES[part], handler)) extras.push(...Object.keys(request[part] ?? {}));
    }
    if (extras.length > 0) throw invalidInput(extras.map((path) => ({ path, message: NOT_KNOWN })));
    return true;
  }
}
