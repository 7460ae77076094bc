import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { RequestMethod, type Type } from '@nestjs/common';
import { GUARDS_METADATA, METHOD_METADATA, MODULE_PATH, PATH_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { CallerGuard } from '../../src/auth/caller.guard.js';
import { ProducerGuard } from '../../src/auth/producer.guard.js';
import { UserGuard } from '../../src/auth/user.guard.js';

/** Who may use a route: decided by its guard, and everybody where there is none. */
export type Audience = 'user' | 'producer' | 'caller' | 'public';

export interface ServedRoute {
  /** `GET /v1/notifications/:id` */
  name: string;
  method: string;
  path: string;
  audience: Audience;
}

/** What Fastify announces of each instance that is made in this process. */
const FASTIFY_MADE = 'fastify.initialization';

/** Starts an application and writes down every route that Fastify is given, by whomever. */
export async function recordRoutes<T>(start: () => Promise<T>): Promise<{ app: T; names: string[] }> {
  const names: string[] = [];
  const onMade = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook('onRoute', ({ method, url }: RouteOptions) => {
      for (const one of [method].flat()) names.push(`${one} ${url}`);
    });
  };
  subscribe(FASTIFY_MADE, onMade);
  try {
    return { app: await start(), names };
  } finally {
    unsubscribe(FASTIFY_MADE, onMade);
  }
}

/** The recorded routes, each with the audience that its guard gives it. */
export function servedRoutes(app: NestFastifyApplication, names: string[]): ServedRoute[] {
  const audiences = audiencesOf(app);
  for (const name of audiences.keys()) {
    if (!names.includes(name)) throw new Error(`Nest says that there is ${name}, and Fastify does not`);
  }
  return [...new Set(names)].sort(byPath).map((name) => {
    const [method, path] = name.split(' ') as [string, string];
    // Fastify answers HEAD with the handler of GET, guards included.
    const key = method === 'HEAD' && !audiences.has(name) ? `GET ${path}` : name;
    return { name, method, path, audience: audiences.get(key) ?? 'public' };
  });
}

/** Every route of every controller that is part of the application, by the guards on its class and its method. */
function audiencesOf(app: NestFastifyApplication): Map<string, Audience> {
  const modules = app.get(ModulesContainer);
  const audiences = new Map<string, Audience>();
  for (const module of modules.values()) {
    const base = metadata<string>(MODULE_PATH + modules.applicationId, module.metatype) ?? '';
    for (const { metatype } of module.controllers.values()) {
      const controller = metatype as Type;
      for (const handler of handlersOf(controller)) {
        const parts = [base, path(controller), path(handler)]
          .flatMap((one) => one.split('/'))
          .filter(Boolean);
        const method = RequestMethod[metadata<number>(METHOD_METADATA, handler) ?? RequestMethod.GET];
        audiences.set(`${method} /${parts.join('/')}`, audienceOf(controller, handler));
      }
    }
  }
  return audiences;
}

const AUDIENCES = new Map<unknown, Audience>([
  [UserGuard, 'user'],
  [ProducerGuard, 'producer'],
  [CallerGuard, 'caller'],
]);

function audienceOf(controller: Type, handler: object): Audience {
  const guards = [controller, handler].flatMap((one) => metadata<unknown[]>(GUARDS_METADATA, one) ?? []);
  return guards.map((guard) => AUDIENCES.get(guard)).find(Boolean) ?? 'public';
}

function handlersOf(controller: Type): object[] {
  const prototype = controller.prototype as Record<string, unknown>;
  return Object.getOwnPropertyNames(prototype)
    .map((name) => prototype[name])
    .filter((value): value is object => typeof value === 'function')
    .filter((value) => Reflect.hasMetadata(METHOD_METADATA, value));
}

function path(target: object): string {
  return metadata<string>(PATH_METADATA, target) ?? '';
}

function metadata<Value>(key: string, target: object): Value | undefined {
  return Reflect.getMetadata(key, target) as Value | undefined;
}

function byPath(a: string, b: string): number {
  const [one, other] = [a, b].map((name) => name.split(' ').toReversed().join(' ')) as [string, string];
  return one < other ? -1 : 1;
}
