import {
  applyDecorators,
  Body as NestBody,
  Controller as NestController,
  Delete as NestDelete,
  Get as NestGet,
  Header,
  HttpCode,
  Patch as NestPatch,
  Post as NestPost,
  Put as NestPut,
  Query as NestQuery,
  type Type,
} from '@nestjs/common';
import { MetadataScanner, Reflector } from '@nestjs/core';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';

/** Whether a handler reads a part of the request. */
export const TAKES = {
  query: Reflector.createDecorator<boolean>(),
  body: Reflector.createDecorator<boolean>(),
};

/**
 * Nest's decorators of routes, for the contracts: what they are given can be asked for as well, before there is an
 * application, and documents have it. Nest keeps it under names that are its own.
 */
export const Controller = (path: string, tag: string) =>
  applyDecorators(NestController(path), Under(path), ApiTags(tag));
export const Get = route('GET', NestGet);
export const Post = route('POST', NestPost);
export const Put = route('PUT', NestPut);
export const Patch = route('PATCH', NestPatch);
export const Delete = route('DELETE', NestDelete);

/** Parameters of handlers. A route without one of them refuses what is sent to it there. */
export const Query = taking('query', NestQuery);
export const Body = taking('body', NestBody);

/** The answer is a DTO, with 200 where Nest would have 201. */
export const Answers = (type: Type) => applyDecorators(HttpCode(200), ApiOkResponse({ type }));

/** The answer is a text, whose JSON is that of a DTO. */
export const AnswersJson = (type: Type) =>
  applyDecorators(Answers(type), Header('Content-Type', 'application/json; charset=utf-8'));

function route(method: string, decorate: (path: string) => MethodDecorator) {
  return (path: string, summary: string, description?: string) =>
    applyDecorators(
      decorate(path),
      RouteOf({ method, path }),
      ApiOperation({ summary, ...(description !== undefined && { description }) }),
    );
}

function taking(part: keyof typeof TAKES, decorate: (property?: string) => ParameterDecorator) {
  return (property?: string): ParameterDecorator =>
    (prototype, name, index) => {
      decorate(property)(prototype, name, index);
      const handler = Object.getOwnPropertyDescriptor(prototype, name as string) as PropertyDescriptor;
      TAKES[part](true)(prototype, name as string, handler);
    };
}

const Under = Reflector.createDecorator<string>();
const RouteOf = Reflector.createDecorator<{ method: string; path: string }>();

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

export function handlersOf(controllers: readonly Type[]): Handler[] {
  const reflector = new Reflector();
  return controllers.flatMap((controller) => {
    const prototype = controller.prototype as Record<string, () => unknown>;
    return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name] as () => unknown;
      const route = reflector.get(RouteOf, handler) as { method: string; path: string } | undefined;
      if (!route) return [];
      const { method, path } = route;
      return [{ controller, name, handler, method, path: `${reflector.get(Under, controller)}/${path}` }];
    });
  });
}
