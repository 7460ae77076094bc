import { seeded } from '../../support/random.js';
import type { Sql } from '../../support/sql.js';
import { asUser, callBack, postEvent } from './api.js';

export const TEAMS = ['a', 'b', undefined];

export interface WalkOptions {
  /** One of the servers that listen now. */
  url: () => string;
  apiKey: string;
  sql: Sql;
  users: string[];
  /** Has an event of a host application come by a transaction that is committed late. */
  notifyLate: (event: object, afterMs: number) => Promise<unknown>;
  /** To whom nothing is done to many at once, so that streams say everything row by row. */
  rowByRow: string;
  seed: number;
  /** Callers at once, each with one request after the other. */
  callers: number;
}

/** What a caller does once; all of it is chosen by the seed. */
interface Step {
  user: string;
  team: string | undefined;
  pick: number;
}

interface Reply {
  status: number;
  body: Record<string, unknown>;
}

type Operation = [name: string, times: number, run: (step: Step) => Promise<Reply>];

const UNKNOWN_ID = '00000000-0000-7000-8000-000000000000';
/** Another caller may have been faster; nothing else may go wrong. */
const EXPECTED = new Set([200, 201, 404, 409]);
const ACTIONS = ['yes', 'no'];

/** While the others go on, or after; never so soon that a busy server finds it over. */
const soon = (pick: number) => new Date(Date.now() + 3_000 + (pick % 3_000)).toISOString();

/** Everything that can be done to inboxes at once, at whatever the others left. */
export class Walk {
  /** How often each operation was answered with each status; 0 where there was no answer. */
  readonly answers = new Map<string, number>();
  readonly unexpected = new Set<string>();
  done = 0;
  /** The newest of each user, in whatever place. */
  private known = new Map<string, string[]>();
  private readonly events: string[] = [];

  constructor(private readonly options: WalkOptions) {}

  /** @param isEnough asked by each caller before each of its steps */
  async run(isEnough: (steps: number) => boolean): Promise<void> {
    const { callers } = this.options;
    await this.look();
    await Promise.all(Array.from({ length: callers }, (_, caller) => this.call(caller, isEnough)));
  }

  private async call(caller: number, isEnough: (steps: number) => boolean): Promise<void> {
    const { seed, users, rowByRow } = this.options;
    const random = seeded(seed * 1_000 + caller);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    for (let steps = 0; !isEnough(steps); steps += 1) {
      const [name, , run] = pick(this.weighted);
      const chosen = { user: pick(users), team: pick(TEAMS), pick: Math.floor(random() * 1_000_000) };
      if (chosen.user === rowByRow && this.ofMany.has(name)) continue;
      // A server that is killed does not answer.
      const reply = await run(chosen).catch((error: Error) => {
        if (error.name === 'TypeError') return undefined;
        throw error;
      });
      this.note(name, reply);
    }
  }

  private note(name: string, reply: Reply | undefined): void {
    this.done += 1;
    const key = `${name} ${reply?.status ?? 0}`;
    this.answers.set(key, (this.answers.get(key) ?? 0) + 1);
    if (reply && !EXPECTED.has(reply.status)) this.unexpected.add(`${key} ${JSON.stringify(reply.body)}`);
  }

  private readonly one: Operation[] = [
    ['notify', 3, (step) => this.notify(step, {})],
    ['collapse', 4, (step) => this.notify(step, { collapse_key: `k${step.pick % 2}` })],
    ['expiring', 2, (step) => this.notify(step, { expires_at: soon(step.pick) })],
    ['scheduled', 1, (step) => this.notify(step, { send_at: soon(step.pick) })],
    ['late', 2, (step) => this.notifyLate(step)],
    ['look', 3, ({ user }) => this.ask(user, 'POST', '/v1/notifications/mark-seen', {})],
    ['read', 2, (step) => this.on(step, 'PATCH', '', { read: true })],
    ['unread', 2, (step) => this.on(step, 'PATCH', '', { read: false })],
    ['archive', 2, (step) => this.on(step, 'PATCH', '', { archived: true })],
    ['archive unread', 1, (step) => this.on(step, 'PATCH', '', { archived: true, read: false })],
    ['unarchive', 1, (step) => this.on(step, 'PATCH', '', { archived: false })],
    ['snooze', 3, (step) => this.on(step, 'PATCH', '', { snoozed_until: soon(step.pick) })],
    ['end snooze', 1, (step) => this.on(step, 'PATCH', '', { snoozed_until: null })],
    ['act', 3, (step) => this.on(step, 'POST', `/actions/${ACTIONS[step.pick % 2]}`, {})],
    ['delete', 3, (step) => this.on(step, 'DELETE', '')],
    ['restore', 2, (step) => this.on(step, 'POST', '/restore')],
    ['purge', 2, (step) => this.on(step, 'DELETE', '/purge')],
    ['withdraw event', 1, ({ pick }) => this.callBack(this.events.at(-1 - (pick % 8)) ?? UNKNOWN_ID)],
    [
      'withdraw key',
      1,
      ({ pick, user }) => this.callBack({ collapse_key: `k${pick % 2}`, user_ids: [user] }),
    ],
    ['sites read', 1, (step) => this.at('/api/v1/notifications', step, 'PUT', '/read')],
    ['workspace read', 1, (step) => this.at('/api/notifications', step, 'PUT', '/read')],
    ['workspace delete', 1, (step) => this.at('/api/notifications', step, 'DELETE', '')],
    ['workspace restore', 1, (step) => this.at('/api/notifications', step, 'POST', '/restore')],
    ['workspace purge', 1, (step) => this.at('/api/notifications', step, 'DELETE', '/purge')],
    ['account read', 1, (step) => this.at('/account/api/notifications', step, 'PATCH', '/read')],
    ['account delete', 1, (step) => this.at('/account/api/notifications', step, 'DELETE', '')],
  ];

  private readonly many: Operation[] = [
    ['mark all', 1, ({ user }) => this.ask(user, 'POST', '/v1/notifications/mark-all-read', {})],
    ['mark all of a team', 1, (step) => this.onAll(step, 'mark-all-read')],
    ['archive-read', 1, (step) => this.onAll(step, 'archive-read')],
    ['delete-read', 1, (step) => this.onAll(step, 'delete-read')],
    ['sites mark all', 1, ({ user }) => this.ask(user, 'PUT', '/api/v1/sites/a/notifications/read-all')],
    ['workspace mark all', 1, ({ user }) => this.ask(user, 'PUT', '/api/notifications/read-all')],
    ['account mark all', 1, ({ user }) => this.ask(user, 'POST', '/account/api/notifications/read-all')],
    ['account delete-read', 1, ({ user }) => this.ask(user, 'DELETE', '/account/api/notifications')],
  ];

  private readonly ofMany = new Set(this.many.map(([name]) => name));
  private readonly weighted = [...this.one, ...this.many].flatMap((operation) =>
    Array.from({ length: operation[1] }, () => operation),
  );

  /** All users at once: statements of several events lock rows of several users. */
  private async notify({ team }: Step, more: object): Promise<Reply> {
    const { url, apiKey, users } = this.options;
    const actions = ACTIONS.map((id) => ({ id, label: id }));
    const event = { ...more, team_id: team, actions };
    const reply = await postEvent(url(), apiKey, 'walked', users, undefined, event);
    const { id } = (reply.body['event'] ?? {}) as { id?: string };
    if (id !== undefined) this.events.push(id);
    await this.look();
    return reply;
  }

  private async notifyLate({ team, pick }: Step): Promise<Reply> {
    const event = { type: 'job_failed', userIds: this.options.users, title: 'late', teamId: team };
    await this.options.notifyLate({ ...event, ...(pick % 2 === 0 && { collapseKey: 'k0' }) }, pick % 50);
    return { status: 201, body: {} };
  }

  private callBack(what: string | object): Promise<Reply> {
    return callBack(this.options.url(), this.options.apiKey, what);
  }

  private on(step: Step, method: string, what: string, body?: object): Promise<Reply> {
    return this.at('/v1/notifications', step, method, what, body);
  }

  private at(base: string, step: Step, method: string, what: string, body?: object): Promise<Reply> {
    return this.ask(step.user, method, `${base}/${this.idFor(step)}${what}`, body);
  }

  private onAll({ user, team }: Step, what: string): Promise<Reply> {
    return this.ask(user, 'POST', `/v1/notifications/${what}`, { team_id: team });
  }

  private ask(user: string, method: string, path: string, body?: object): Promise<Reply> {
    return asUser(this.options.url(), user, method, path, body);
  }

  private idFor({ user, pick }: Step): string {
    const ids = this.known.get(user) ?? [];
    return ids[pick % Math.max(1, ids.length)] ?? UNKNOWN_ID;
  }

  private async look(): Promise<void> {
    const { sql, users } = this.options;
    const rows = await sql.rows<{ user_id: string; ids: string[] }>(
      `SELECT u.user_id, ARRAY(SELECT n.id FROM carillon.notifications n WHERE n.user_id = u.user_id
         ORDER BY n.id DESC LIMIT 20)::text[] AS ids FROM unnest($1::text[]) u(user_id)`,
      [users],
    );
    this.known = new Map(rows.map(({ user_id: user, ids }) => [user, ids]));
  }
}
