import type { RouteOptions } from 'fastify';
import type { Owns } from './mount.js';

/** The routes of a Fastify instance: what is an address of its own, and what may be done there. */
export class Routes {
  /** By their addresses as Fastify has them. */
  private readonly known = new Map<string, { pattern: RegExp; methods: Set<string> }>();

  /** @param route as Fastify has it: `/sites/:site_id`, `/carillon/*` */
  add({ url, method }: Pick<RouteOptions, 'url' | 'method'>): void {
    // That of preflights, which answers them at every address and has none itself.
    if (url === '*') return;
    const route = this.known.get(url) ?? { pattern: pattern([url]), methods: new Set() };
    for (const one of [method].flat()) route.methods.add(one);
    this.known.set(url, route);
  }

  /** What the routes at a path take; none when it is no route's. */
  methodsOf(path: string): string[] {
    const found = [...this.known.values()].filter((route) => route.pattern.test(path));
    return [...new Set(found.flatMap(({ methods }) => [...methods]))].toSorted();
  }

  /** Whether a path is one of the routes that were added so far. */
  owns(): Owns {
    const owned = pattern([...this.known.keys()]);
    return (path) => owned.test(path);
  }
}

function pattern(urls: string[]): RegExp {
  const patterns = urls.map((url) => url.split('/').map(segmentPattern).join('/'));
  return new RegExp(`^(?:${patterns.join('|')})/?$`);
}

function segmentPattern(segment: string): string {
  if (segment.startsWith(':')) return '[^/]+';
  return segment === '*' ? '.*' : segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
