import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import jwt from 'jsonwebtoken';
import pg from 'pg';
import { connectionConfig } from '../../src/database/connection.js';

/** What a floor program is told, as JSON in its first argument. */
export interface FloorOptions {
  databaseUrl: string;
  poolSize: number;
  /** Verifies each request's token when it is given; else the token's word is taken for who asks. */
  jwtSecret?: string;
}

/** A request as the floors' routes see it. */
export interface Call {
  user: string;
  /** Segments of the path after the part that names the route. */
  path: string[];
  query: URLSearchParams;
  body: string;
}

/** Answers with the text of the JSON body. */
export type Route = (call: Call) => Promise<string>;

/** The routes, by method and path; `*` stands for one segment. */
export type Routes = Record<string, Route>;

/** Serves the routes with nothing but `node:http` and `pg`, and prints where. */
export function serveFloor(routesOf: (pool: pg.Pool) => Routes): void {
  const options = JSON.parse(process.argv[2] ?? '{}') as FloorOptions;
  const pool = new pg.Pool({
    ...connectionConfig(options.databaseUrl, 'carillon-floor'),
    max: options.poolSize,
  });
  const routes = routesOf(pool);
  const whoAsks = options.jwtSecret ? verified(options.jwtSecret) : trusted;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://floor');
    const found = find(routes, request.method ?? 'GET', url.pathname.slice(1).split('/'));
    if (!found) {
      response.writeHead(404).end();
      return;
    }
    const body = request.method === 'GET' ? '' : await read(request);
    const user = request.headers.authorization ? whoAsks(request.headers.authorization.slice(7)) : '';
    const json = await found.route({ user, path: found.path, query: url.searchParams, body });
    response.writeHead(200, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(json),
    });
    response.end(json);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => {
      process.stderr.write(`${error.stack}\n`);
      response.writeHead(500).end();
    });
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    process.stdout.write(`listens on http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}\n`);
  });
  // The benchmark ends this program by closing its input, and so does the benchmark's own end.
  process.stdin.on('end', () => process.exit(0)).resume();
}

function find(routes: Routes, method: string, path: string[]): { route: Route; path: string[] } | undefined {
  for (const name in routes) {
    const [verb, pattern] = name.split(' ') as [string, string];
    const parts = pattern.slice(1).split('/');
    if (verb !== method || parts.length !== path.length) continue;
    if (!parts.every((part, index) => part === '*' || part === path[index])) continue;
    return { route: routes[name] as Route, path: path.filter((_, index) => parts[index] === '*') };
  }
  return undefined;
}

function verified(secret: string): (token: string) => string {
  return (token) => {
    const claims = jwt.verify(token, secret, { algorithms: ['HS256'] });
    return typeof claims === 'object' ? (claims.sub ?? '') : '';
  };
}

function trusted(token: string): string {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  return (JSON.parse(payload) as { sub: string }).sub;
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
