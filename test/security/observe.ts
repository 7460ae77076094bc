import { IN_HOST, startApp, type TestApp, type TestOptions } from '../support/app.js';
import { VAPID } from '../support/push.js';
import { ask, CALLERS, exampleOf, type Answer, type Caller } from './ask.js';
import { recordRoutes, servedRoutes, type Audience, type ServedRoute } from './routes.js';
import { connect, type Sql } from '../support/sql.js';
import { makeWorld, rowsOf, type World } from './world.js';

/** What every caller was answered by a route, and whether anybody but the owner changed the owner's rows. */
export interface Observed {
  answers: Record<Caller, Answer>;
  rowsBefore: unknown;
  rowsAfter: unknown;
}

/** Routes that are asked at once: their owners have nothing to do with one another. */
const AT_ONCE = 4;

/** The application as it runs in production, with each of its routes asked as everybody. */
export async function observeAll(options: TestOptions = {}): Promise<{
  t: TestApp;
  routes: ServedRoute[];
  observed: ReadonlyMap<string, Observed>;
}> {
  // Loopback is opened for the test event that one of the routes sends.
  const webhooks = { allowNetworks: ['127.0.0.1/32'] };
  const { app: t, names } = await recordRoutes(() =>
    startApp({ ...options, production: true, webhooks, push: VAPID }),
  );
  // In a host, the others are the host's own.
  const routes = servedRoutes(t.server, names).filter(({ audience }) => !IN_HOST || audience !== 'public');
  const world = await makeWorld(t, routes.length);
  const observed = new Map<string, Observed>();
  const rest = [...routes.entries()].filter(([, route]) => exampleOf(route));
  const work = async () => {
    const sql = await connect(t.databaseUrl);
    for (let next = rest.shift(); next; next = rest.shift()) {
      observed.set(next[1].name, await observe(t, world, sql, next));
    }
    await sql.end();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { t, routes, observed };
}

/** Asks a route as everybody, with things of an owner who is this route's alone; as the owner at last. */
async function observe(
  t: TestApp,
  world: World,
  sql: Sql,
  [at, route]: [number, ServedRoute],
): Promise<Observed> {
  const owner = world.owners[at];
  if (!owner) throw new Error('there are more routes than owners');
  const answers: Partial<Record<Caller, Answer>> = {};
  const rowsBefore = await rowsOf(sql, owner.userId);
  for (const caller of CALLERS.filter((one) => one !== 'owner')) {
    answers[caller] = await ask(t, world, route, owner, caller);
  }
  const rowsAfter = await rowsOf(sql, owner.userId);
  answers.owner = await ask(t, world, route, owner, 'owner');
  return { answers: answers as Record<Caller, Answer>, rowsBefore, rowsAfter };
}

/** What the guard of a route promises for each caller, when its owner's example is answered with `ok`. */
export function promised(audience: Audience, ok: number, namesSomething: boolean): Record<Caller, number> {
  const nobody = { anonymous: 401, revoked_key: 401, forged: 401 };
  return {
    user: { ...nobody, owner: ok, other: namesSomething ? 404 : ok, api_key: 403, admin_key: 403 },
    producer: { ...nobody, owner: 403, other: 403, api_key: ok, admin_key: 403 },
    caller: { ...nobody, owner: ok, other: ok, api_key: ok, admin_key: ok },
    public: { anonymous: ok, owner: ok, other: ok, api_key: ok, admin_key: ok, revoked_key: ok, forged: ok },
  }[audience];
}
