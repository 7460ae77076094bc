import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, MODULE_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';

/** What a contract brings, and where. */
export interface MountedContract {
  name: string;
  basePath: string;
  module: Type;
}

export interface Route {
  contract: string;
  method: string;
  /** Normalised: begins with `/`, has no empty segment and no slash at its end. */
  path: string;
}

/** Every route of the contracts. */
export function routesOf(contracts: readonly MountedContract[]): Route[] {
  return contracts.flatMap(({ name, basePath, module }) =>
    handlersOf(module).flatMap(({ controller, handler }) =>
      paths(PATH_METADATA, controller).flatMap((prefix) =>
        paths(PATH_METADATA, handler).map((path) => ({
          contract: name,
          method: RequestMethod[metadata(METHOD_METADATA, handler, RequestMethod.GET)] ?? 'GET',
          path: normalise(`${basePath}/${prefix}/${path}`),
        })),
      ),
    ),
  );
}

/**
 * Finds base paths with which two contracts would answer the same request: which of them did would depend on the
 * order in which they are registered.
 * @returns a sentence for each two, naming both contracts, their base paths and a route
 */
export function collisions(contracts: readonly MountedContract[]): string[] {
  const routes = routesOf(contracts);
  const found = new Map<string, string>();
  for (const [at, one] of routes.entries()) {
    for (const other of routes.slice(at + 1)) {
      const pair = `${one.contract} ${other.contract}`;
      if (!found.has(pair) && collide(one, other)) found.set(pair, explain(one, other, contracts));
    }
  }
  return [...found.values()];
}

function explain(one: Route, other: Route, contracts: readonly MountedContract[]): string {
  const [first, second] = [one, other].map(({ contract }) => {
    const basePath = contracts.find(({ name }) => name === contract)?.basePath;
    return `${contract} (${contract.toUpperCase()}_BASE_PATH=${basePath})`;
  });
  const route = one.path === other.path ? one.path : `${one.path} and ${other.path}`;
  return `The contracts ${first} and ${second} would both answer ${one.method} ${route}: give one of them another base path.`;
}

function collide(one: Route, other: Route): boolean {
  if (one.contract === other.contract) return false;
  const methods = [one.method, other.method];
  if (one.method !== other.method && !methods.includes('ALL')) return false;
  const [a, b] = [one.path.split('/'), other.path.split('/')];
  return a.length === b.length && a.every((segment, at) => sameSegment(segment, b[at] ?? ''));
}

/** A parameter takes any segment. */
function sameSegment(a: string, b: string): boolean {
  return a === b || a.startsWith(':') || b.startsWith(':');
}

function normalise(path: string): string {
  return `/${path.split('/').filter(Boolean).join('/')}`;
}

/** A method of a controller that answers a route. */
export interface Handler {
  controller: Type;
  prototype: object;
  name: string;
  handler: object;
}

/** Every handler of a module's controllers. */
export function handlersOf(module: Type): Handler[] {
  return metadata<Type[]>(MODULE_METADATA.CONTROLLERS, module, []).flatMap((controller) => {
    const prototype = controller.prototype as Record<string, unknown>;
    return Object.getOwnPropertyNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      const answers = typeof handler === 'function' && Reflect.hasMetadata(METHOD_METADATA, handler);
      return answers ? [{ controller, prototype, name, handler }] : [];
    });
  });
}

function paths(key: string, target: object): string[] {
  return [metadata<string | string[]>(key, target, '/')].flat();
}

function metadata<Value>(key: string, target: object, byDefault: Value): Value {
  return (Reflect.getMetadata(key, target) as Value | undefined) ?? byDefault;
}
