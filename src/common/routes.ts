import {
  applyDecorators,
  Controller as NestController,
  Delete as NestDelete,
  Get as NestGet,
  Patch as NestPatch,
  Post as NestPost,
  Put as NestPut,
  type Type,
} from '@nestjs/common';
import { MetadataScanner, Reflector } from '@nestjs/core';

/**
 * Nest's decorators of routes, for the contracts: what they are given can be asked for as well, before there is an
 * application. Nest keeps it under names that are its own.
 */
export const Controller = (path = '') => applyDecorators(NestController(path), Under(path));
export const Get = (path = '') => applyDecorators(NestGet(path), Answers({ method: 'GET', path }));
export const Post = (path = '') => applyDecorators(NestPost(path), Answers({ method: 'POST', path }));
export const Put = (path = '') => applyDecorators(NestPut(path), Answers({ method: 'PUT', path }));
export const Patch = (path = '') => applyDecorators(NestPatch(path), Answers({ method: 'PATCH', path }));
export const Delete = (path = '') => applyDecorators(NestDelete(path), Answers({ method: 'DELETE', path }));

const Under = Reflector.createDecorator<string>();
const Answers = Reflector.createDecorator<{ method: string; path: string }>();

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
