import {
  applyDecorators,
  Controller as NestController,
  Delete as NestDelete,
  Get as NestGet,
  Header,
  Patch as NestPatch,
  Post as NestPost,
  Put as NestPut,
  type Type,
} from '@nestjs/common';
import { MetadataScanner, Reflector } from '@nestjs/core';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';

/**
 * Nest's decorators of routes, for the contracts: what they are given can be asked for as well, before there is an
 * application, and documents have it. Nest keeps it under names that are its own.
 */
export const Controller = (path = '') => applyDecorators(NestController(path), Under(path));
export const Get = route('GET', NestGet);
export const Post = route('POST', NestPost);
export const Put = route('PUT', NestPut);
export const Patch = route('PATCH', NestPatch);
export const Delete = route('DELETE', NestDelete);

/** The answer is a text, whose JSON is that of a DTO. */
export const AnswersJson = (type: Type) =>
  applyDecorators(ApiOkResponse({ type }), Header('Content-Type', 'application/json; charset=utf-8'));

function route(method: string, decorate: (path: string) => MethodDecorator) {
  return (path: string, summary: string, description?: string) =>
    applyDecorators(
      decorate(path),
      Answers({ method, path }),
      ApiOperation({ summary, ...(description !== undefined && { description }) }),
    );
}

const Under = Reflector.createDecorator<string>();
const Answers = Reflector.createDecorator<{ method: string; path: string }>();

/** Configuration of a route that reads nothing of a body, in any form: none is parsed, or refused. */
export const READS_NO_BODY = { readsNoBody: true };

/** A method of a controller that answers a route. */
export interface Handler {
  controller: Type;
  name: string;
  handler: () => unknown;
  method: string;
  /** Below the contract's base path. */
  path: string;
}

/** Every handler of controllers. */
export function handlersOf(controllers: readonly Type[]): Handler[] {
  const reflector = new Reflector();
  return controllers.flatMap((controller) => {
    const prototype = controller.prototype as Record<string, () => unknown>;
    return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name] as () => unknown;
      const answers = reflector.get(Answers, handler) as { method: string; path: string } | undefined;
      if (!answers) return [];
      const { method, path } = answers;
      return [{ controller, name, handler, method, path: `${reflector.get(Under, controller)}/${path}` }];
    });
  });
}
