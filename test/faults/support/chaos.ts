import { setTimeout as sleep } from 'node:timers/promises';
import { asUser, postEvent } from './api.js';
import type { SentEvent } from './load.js';
import { seeded } from '../../support/random.js';

export interface ChaosOptions {
  /** One of the servers that listen now; undefined while there is none. */
  url: () => string | undefined;
  apiKey: string;
  users: string[];
  seed: number;
}

/** Settings that are none of the defaults, and change nothing about the events of the chaos. */
const SETTINGS = [
  ['job_failed', 'toast', false],
  ['job_completed', 'toast', false],
  ['job_completed', 'webhook', false],
  ['quota_warning', 'toast', true],
  ['weekly_report', 'in_app', false],
  ['integrity_alert', 'toast', true],
] as const;

/** Of every event. */
const ACTIONS = ['yes', 'no'].map((id) => ({ id, label: id }));

/** What a server may answer that is killed, has no database, or finds that another request was faster. */
const EXPECTED = new Set([200, 201, 404, 409, 503]);

type Reply = { status: number; body: Record<string, unknown> };

/** Users who do everything that they can, and services that send them events; and what all of them were promised. */
export class Chaos {
  readonly events: SentEvent[] = [];
  /** Whose every notification is, as far as it was listed: `user title`. */
  readonly known = new Map<string, string>();
  readonly read = new Set<string>();
  /** What a user wanted to be deleted for good, and what was. */
  readonly purging = new Set<string>();
  readonly purged = new Set<string>();
  /** By `user title`: the actions that were said to be the one that was taken. */
  readonly acted = new Map<string, Set<string>>();
  /** Settings that were taken: `user type channel`, and what they are then. */
  readonly settings = new Map<string, boolean>();
  /** Endpoints that were made, and deleted: `user id`. */
  readonly endpoints = new Map<string, 'made' | 'deleting' | 'deleted'>();
  /** How often each operation was answered with each status; 0 where there was no answer. */
  readonly answers = new Map<string, number>();
  /** Answers that there must not be. */
  readonly unexpected = new Set<string>();
  refusals = 0;
  private readonly random: () => number;
  private running: Promise<unknown> = Promise.resolve();
  private stopped = true;
  private abandoned = false;

  constructor(private readonly options: ChaosOptions) {
    this.random = seeded(options.seed);
  }

  start(): void {
    this.stopped = false;
    const { users } = this.options;
    // Two pages of each user, and three services.
    this.running = Promise.all([
      ...[...users, ...users].map((user) => this.use(user)),
      ...[1, 2, 3].map(() => this.produce()),
    ]);
  }

  /** Events with a key are sent until they are acknowledged, so there must be a server at the end. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  /** Ends it also where there is no server any more: for the end of a test that has failed. */
  async abandon(): Promise<void> {
    this.abandoned = true;
    await this.stop();
  }

  private async produce(): Promise<void> {
    while (!this.stopped) {
      await sleep(this.random() * 40);
      if (this.random() < 0.1) await this.refuse();
      const number = this.events.length;
      const key = this.random() < 0.5 ? `key ${this.options.seed}-${number}` : undefined;
      const event = { title: `event ${number}`, userIds: this.someUsers(), key, acknowledged: false };
      this.events.push(event);
      do {
        const { status } = await this.call('notify', (url) =>
          postEvent(url, this.options.apiKey, event.title, event.userIds, key, { actions: ACTIONS }),
        );
        event.acknowledged = status === 201 || status === 200;
        if (!event.acknowledged) await sleep(50);
      } while (!event.acknowledged && key !== undefined && !this.abandoned);
    }
  }

  /** An event that must not be taken: by a key that there is not, or with a title that is too long. */
  private async refuse(): Promise<void> {
    const isStranger = this.random() < 0.5;
    const title = isStranger ? 'refused' : 'refused '.repeat(100);
    const key = isStranger ? 'crl_nobody' : this.options.apiKey;
    const send = (url: string) => postEvent(url, key, title, this.someUsers());
    const { status } = await this.call('refused', send, [400, 401]);
    if (status === 400 || status === 401) this.refusals += 1;
  }

  private async use(user: string): Promise<void> {
    while (!this.stopped) {
      await sleep(this.random() * 60);
      await this.pick(this.operations)(user);
    }
  }

  /** As often as they stand here. */
  private readonly operations: ((user: string) => Promise<unknown>)[] = [
    (user) => this.markOne(user),
    (user) => this.markOne(user),
    (user) => this.onOne(user, '', 'DELETE', ''),
    (user) => this.onOne(user, '', 'DELETE', ''),
    (user) => this.onOne(user, '&deleted=only', 'POST', '/restore'),
    (user) => this.purgeOne(user),
    (user) => this.patchOne(user, '', { archived: true }),
    (user) => this.patchOne(user, '&state=archived', { archived: false }),
    (user) => this.patchOne(user, '', { snoozed_until: this.soon() }),
    (user) => this.patchOne(user, '', { snoozed_until: this.soon() }),
    (user) => this.patchOne(user, '&state=snoozed', { snoozed_until: null }),
    (user) => this.actOnOne(user),
    (user) => this.onAll(user, 'mark-seen'),
    (user) => this.onAll(user, 'mark-all-read'),
    (user) => this.onAll(user, 'archive-read'),
    (user) => this.onAll(user, 'delete-read'),
    (user) => this.set(user),
    (user) => this.addEndpoint(user),
    (user) => this.removeEndpoint(user),
  ];

  private async markOne(user: string): Promise<void> {
    const { answered, status } = await this.onOne(user, '&read_state=unread', 'PATCH', '', { read: true });
    if (answered !== undefined && status === 200) this.read.add(answered);
  }

  private patchOne(user: string, query: string, patch: object): Promise<unknown> {
    return this.onOne(user, query, 'PATCH', '', patch);
  }

  /** While it goes on, and never so soon that a busy server finds it over. */
  private soon(): string {
    return new Date(Date.now() + 5_000 + this.random() * 10_000).toISOString();
  }

  private async actOnOne(user: string): Promise<void> {
    const { id: action } = this.pick(ACTIONS);
    const { id, answered, status } = await this.onOne(user, '', 'POST', `/actions/${action}`);
    if (id === undefined || answered === undefined || status !== 200) return;
    this.read.add(answered);
    const what = this.known.get(id) as string;
    this.acted.set(what, (this.acted.get(what) ?? new Set()).add(action));
  }

  private async purgeOne(user: string): Promise<void> {
    const { id, status } = await this.onOne(user, '&deleted=only', 'DELETE', '/purge', undefined, (one) =>
      this.purging.add(one),
    );
    if (id !== undefined && status === 200) this.purged.add(id);
  }

  /**
   * Does something with one of the notifications that the list has.
   * @returns the id that the list had, and the one by which it is answered: it may have come to the top again meanwhile
   */
  private async onOne(
    user: string,
    query: string,
    method: string,
    what: string,
    sent?: object,
    before: (id: string) => unknown = () => undefined,
  ): Promise<{ id?: string; answered?: string; status: number }> {
    const list = await this.ask('list', user, 'GET', `/v1/notifications?limit=20${query}`);
    const found = (list.body['notifications'] ?? []) as { id: string; title: string }[];
    for (const { id, title } of found) this.known.set(id, `${user} ${title}`);
    if (found.length === 0) return { status: list.status };
    const { id } = this.pick(found);
    before(id);
    const path = `/v1/notifications/${id}${what}`;
    const key = `${method}${what} ${Object.keys(sent ?? {}).join()}`;
    const { status, body } = await this.ask(key, user, method, path, sent);
    return { id, answered: (body['notification'] as { id: string } | undefined)?.id, status };
  }

  private onAll(user: string, what: string): Promise<Reply> {
    return this.ask(what, user, 'POST', `/v1/notifications/${what}`, {});
  }

  private async set(user: string): Promise<void> {
    const [type, channel, value] = this.pick(SETTINGS);
    const types = { [type]: { [channel]: value } };
    const { status } = await this.ask('preferences', user, 'PATCH', '/v1/preferences', { types });
    if (status === 200) this.settings.set(`${user} ${type} ${channel}`, value);
  }

  /** One that hears of nothing: the webhooks of the chaos go to an endpoint that stays. */
  private async addEndpoint(user: string): Promise<void> {
    if (this.endpointsOf(user, 'made').length >= 3) return;
    const endpoint = {
      name: 'chaos',
      kind: 'generic',
      url: 'http://127.0.0.1:9/',
      events: ['quota.warning'],
    };
    const { status, body } = await this.ask('add endpoint', user, 'POST', '/v1/webhooks', endpoint);
    if (status === 201) this.endpoints.set(`${user} ${(body['webhook'] as { id: string }).id}`, 'made');
  }

  private async removeEndpoint(user: string): Promise<void> {
    const [key] = [...this.endpointsOf(user, 'deleting'), ...this.endpointsOf(user, 'made')];
    if (key === undefined) return;
    this.endpoints.set(key, 'deleting');
    const path = `/v1/webhooks/${key.slice(user.length + 1)}`;
    const { status } = await this.ask('remove endpoint', user, 'DELETE', path);
    // Another page of the user, or a request whose answer was lost, may have been faster.
    if (status === 200 || status === 404) this.endpoints.set(key, 'deleted');
  }

  private endpointsOf(user: string, wanted: string): string[] {
    const all = [...this.endpoints].filter(([key, state]) => key.startsWith(`${user} `) && state === wanted);
    return all.map(([key]) => key);
  }

  private ask(what: string, user: string, method: string, path: string, body?: unknown): Promise<Reply> {
    return this.call(what, (url) => asUser(url, user, method, path, body));
  }

  private async call(
    what: string,
    send: (url: string) => Promise<Reply & { headers: Headers }>,
    expected: Iterable<number> = EXPECTED,
  ): Promise<Reply> {
    const url = this.options.url();
    // A server that is killed does not answer.
    const reply = url === undefined ? undefined : await send(url).catch(() => undefined);
    const status = reply?.status ?? 0;
    const key = `${what} ${status}`;
    this.answers.set(key, (this.answers.get(key) ?? 0) + 1);
    if (!reply) return { status, body: {} };
    if (status !== 503 && ![...expected].includes(status))
      this.unexpected.add(`${key} ${JSON.stringify(reply.body)}`);
    if (status === 503 && !reply.headers.has('Retry-After'))
      this.unexpected.add(`${key} without Retry-After`);
    return reply;
  }

  private someUsers(): string[] {
    return [...new Set([1, 2, 3].map(() => this.pick(this.options.users)))];
  }

  private pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.random() * list.length)] as T;
  }
}
