import type { Type } from '@nestjs/common';
import { handlersOf } from '../common/routes.js';

/** What a contract brings, and where. */
export interface MountedContract {
  name: string;
  basePath: string;
  controllers: readonly Type[];
}

export interface Route {
  contract: string;
  method: string;
  /** Normalised: begins with `/`, has no empty segment and no slash at its end. */
  path: string;
}

export function routesOf(contracts: readonly MountedContract[]): Route[] {
  return contracts.flatMap(({ name, basePath, controllers }) =>
    handlersOf(controllers).map(({ method, path }) => ({
      contract: name,
      method,
      path: normalise(`${basePath}/${path}`),
    })),
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
  if (one.contract === other.contract || one.method !== other.method) return false;
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
