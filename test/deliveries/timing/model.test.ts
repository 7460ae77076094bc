import { AsyncLocalStorage } from 'node:async_hooks';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { MeService } from '../../../src/audience/me.service.js';
import { Clock } from '../../../src/common/clock.js';
import { quietUntil } from '../../../src/common/local-time.js';
import { DeliveryWorker } from '../../../src/deliveries/delivery.worker.js';
import type { Delivery, SendResult } from '../../../src/deliveries/sending-channel.js';
import { NotificationService } from '../../../src/dispatcher/notification.service.js';
import { UserInbox } from '../../../src/notifications/user-inbox.service.js';
import { PreferencesService } from '../../../src/preferences/preferences.service.js';
import { startApp, type TestApp } from '../../support/app.js';
import { connect, type Sql } from '../../support/sql.js';
import { episode, KNOWN, TYPES, type Step } from './support/episodes.js';
import { faults, titlesOf, type Item, type Moment, type Row, type Sent } from './support/history.js';
import { MortalWorker, SET_CLOCK, type Fate } from './support/mortal-worker.js';

const RUNS = 200;

// Some seconds where nothing else runs; a busy machine gets its time.
jest.setTimeout(240_000);

const MINUTE = 60_000;
const LEASE = 45_000;
const DAY = 24 * 60 * MINUTE;
const QUIET = { from: '22:00', to: '07:00' };

/** Everything runs at a time that is set, and stands still until it is set anew. */
let now = 0;
let t: TestApp;
let sql: Sql;
/** What the channel does for the worker that asks it. */
const sending = new AsyncLocalStorage<(message: Delivery) => SendResult>();

beforeAll(async () => {
  Logger.overrideLogger(false);
  jest.spyOn(Clock.prototype, 'now').mockImplementation(() => new Date(now));
  t = await startApp({
    shippedTypes: false,
    types: TYPES,
    deliveries: { retrySchedule: [60, 60, 60, 60, 60] },
    channels: [
      {
        ...{ key: 'pager', number: 8, label: 'Pager', frequencies: true, default: () => false },
        sending: { send: (message) => sending.getStore()?.(message) as SendResult },
      },
    ],
  });
  await of(DeliveryWorker).stop();
  sql = await connect(t.databaseUrl);
  await sql.rows(SET_CLOCK);
});
afterAll(async () => {
  jest.restoreAllMocks();
  await sql.end();
  await t.close();
});

const of = <T>(type: new (...args: never[]) => T): T => t.app.get<T>(type, { strict: false });

let runs = 0;

/** A user to whom all of it happens, and what was seen of that. */
class History {
  readonly items: Item[] = [];
  readonly moments: Moment[] = [];
  readonly sent: Sent[] = [];
  readonly wrong: string[] = [];
  mishaps = false;
  private readonly user: string;
  private readonly muted = new Set<string>();
  private quiet = false;
  private pausedUntil = 0;
  private readonly stalled: { worker: MortalWorker; since: number; end: Promise<void> }[] = [];
  /** A process goes on that has stood still for longer than its leases last. */
  private late = false;

  constructor() {
    runs += 1;
    this.user = `anna-${runs}`;
  }

  async play(steps: readonly Step[]): Promise<void> {
    now = Date.now() + DAY;
    // What a history has left that went wrong would be in the way of the next.
    await sql.rows('DELETE FROM carillon.deliveries');
    for (const one of steps) {
      now += 1;
      await this.take(one);
    }
    await this.end();
    this.wrong.push(...faults(this.items, this.moments, this.sent, this.mishaps));
  }

  private async take(one: Step): Promise<void> {
    const { user } = this;
    switch (one.do) {
      case 'notify':
        return this.notify(one.type, one.expires);
      case 'pass':
        now += one.minutes * MINUTE;
        return;
      case 'work':
        return this.work(one.fate, one.answers, one.stops);
      case 'resume':
        return this.resume();
      case 'copy':
        return this.copy(one.pick, one.to);
      case 'withdraw':
        return this.withdraw(one.pick);
      case 'mute':
        if (one.type === 'alarm') return;
        if (one.on) this.muted.add(one.type);
        else this.muted.delete(one.type);
        return of(PreferencesService).set(user, { types: { [one.type]: { pager: !one.on } } });
      case 'frequency':
        if (one.type === 'alarm') return;
        return of(PreferencesService).set(user, { types: { [one.type]: { pager_frequency: one.to } } });
      case 'pause': {
        const until = one.minutes === 0 ? null : now + one.minutes * MINUTE;
        this.pausedUntil = until ?? 0;
        return of(MeService).set(user, { paused_until: until && new Date(until).toISOString() });
      }
      case 'quiet':
        this.quiet = one.on;
        return of(MeService).set(user, { quiet_hours: one.on ? QUIET : null });
    }
  }

  private async notify(key: string, expires: number | null): Promise<void> {
    const title = `${this.items.length} ${key} of ${this.user}`;
    const expiresAt = expires === null ? null : now + expires * MINUTE;
    const {
      event: { id },
    } = await of(NotificationService).notify({
      ...{ type: key, userIds: [this.user], title },
      expiresAt: expiresAt === null ? null : new Date(expiresAt),
    } as never);
    const timing = TYPES.find((one) => one.key === key)?.channels.pager as {
      delay?: string;
      unless?: string;
    };
    this.items.push({
      ...{ id, title, type: key, createdAt: now, expiresAt, withdrawn: false },
      critical: key === 'alarm',
      delayMs: timing.delay === undefined ? 0 : 10 * MINUTE,
      unless: timing.unless !== undefined,
      muted: this.muted.has(key),
    });
  }

  /** Of the newest. */
  private pick(back: number): Item | undefined {
    return this.items.at(-1 - back);
  }

  private async copy(pick: number, to: string): Promise<void> {
    const item = this.pick(pick);
    if (!item) return;
    const { user } = this;
    const [copy] = await sql.rows<{ id: string; gone: boolean }>(
      'SELECT id, deleted_at IS NOT NULL AS gone FROM carillon.notifications WHERE user_id = $1 AND event_id = $2',
      [user, item.id],
    );
    if (!copy || copy.gone !== ['restored', 'purged'].includes(to)) return;
    const inbox = of(UserInbox);
    const acts: Record<string, () => Promise<unknown>> = {
      read: () => inbox.mark(user, copy.id, true),
      unread: () => inbox.mark(user, copy.id, false),
      archived: () => inbox.archive(user, copy.id),
      inbox: () => inbox.unarchive(user, copy.id),
      snoozed: () => inbox.snooze(user, copy.id, new Date(now + 90 * DAY)),
      awake: () => inbox.snooze(user, copy.id, null),
      trash: () => inbox.trash(user, copy.id),
      restored: () => inbox.restore(user, copy.id),
      purged: () => inbox.purge(user, copy.id),
    };
    await acts[to]?.();
  }

  private async withdraw(pick: number): Promise<void> {
    const item = this.pick(pick);
    if (!item || item.withdrawn) return;
    await this.look();
    const before = (this.moments.at(-1) as Moment).rows.get(item.title);
    const answer = await of(NotificationService).cancel(item.id);
    item.withdrawn = true;
    const already = 'alreadySent' in answer ? (answer.alreadySent['pager'] ?? 0) : 0;
    const attempts = this.sent.filter(({ titles }) => titles.includes(item.title));
    const arrived = attempts.some((one) => one.answer === 'delivered');
    if (already > 0 && !arrived && !before?.leased)
      this.wrong.push(`${item.title} counts as sent, and was not`);
    if (already > 0 && before?.leased && !this.mishaps)
      this.wrong.push(`${item.title} is leased by no process`);
    // What has failed or was left out since does not count as sent, even if it was.
    const isKnown = before?.finished !== true || before.status === 'delivered';
    if (already === 0 && isKnown && attempts.at(-1)?.answer === 'delivered')
      this.wrong.push(`${item.title} counts as not sent, and was`);
    if (already === 0) this.unsent.add(item.title);
  }

  /** What was called back, and counts as not sent. */
  private readonly unsent = new Set<string>();

  private async work(destiny: Fate | undefined, answers: readonly string[], stops: boolean): Promise<void> {
    await this.look();
    const worker = new MortalWorker(t.app, destiny);
    if (destiny) this.mishaps = true;
    let asked = 0;
    const from = this.moments.length - 1;
    const send = (message: Delivery): SendResult => {
      const given = answers[asked++] ?? 'delivered';
      // That nothing could be sent is all that is known then: not that a process has ended before that.
      const answer = given === 'held' && this.mishaps ? 'retry' : given;
      const titles = titlesOf(message);
      for (const title of titles)
        if (this.unsent.has(title) && !this.late) this.wrong.push(`${title} counts as not sent, and is sent`);
      this.sent.push({ id: message.id, titles, answer, from, to: this.moments.length });
      return { status: answer as SendResult['status'] };
    };
    const stalled = await sending.run(send, () => worker.round(stops && !destiny));
    if (stalled) this.stalled.push({ worker, since: now, ...stalled });
    await this.look();
  }

  private async resume(): Promise<void> {
    const [one] = this.stalled;
    if (!one) return;
    await this.look();
    this.late = now - one.since > LEASE;
    one.worker.resume();
    await one.end;
    this.late = false;
    // What it has decided before it stood still was true then.
    await this.look();
    this.stalled.shift();
  }

  /** Everything is left alone, and gets all the time that it takes. */
  private async end(): Promise<void> {
    while (this.stalled.length > 0) await this.resume();
    await of(MeService).set(this.user, { paused_until: null, quiet_hours: null });
    this.quiet = false;
    this.pausedUntil = 0;
    for (let tries = 0; tries < 30 && (tries === 0 || this.isOpen()); tries += 1) {
      now += tries % 3 === 0 ? 8 * DAY : 2 * MINUTE;
      await this.work(undefined, [], false);
    }
  }

  private isOpen(): boolean {
    return [...(this.moments.at(-1) as Moment).rows.values()].some(({ finished }) => !finished);
  }

  /** Sets the clock, and takes down how everything is. */
  private async look(): Promise<void> {
    await sql.rows('UPDATE public.set_time SET at = $1', [new Date(now)]);
    const stored = await sql.rows<Row>(
      `SELECT e.title, d.status, d.reason, d.finished_at IS NOT NULL AS finished, d.lease_until IS NOT NULL AS leased,
         d.gather IS NOT NULL AS gathered,
         CASE WHEN d.notification_id IS NULL THEN NULL WHEN n.id IS NULL OR n.deleted_at IS NOT NULL THEN 'deleted'
           WHEN n.place <> 'inbox' THEN n.place WHEN n.read_at IS NOT NULL THEN 'read' ELSE 'unread' END AS copy
       FROM carillon.deliveries d JOIN carillon.events e ON e.id = d.event_id
       LEFT JOIN carillon.notifications n ON n.user_id = d.user_id AND n.event_id = d.event_id
       WHERE d.user_id = $1`,
      [this.user],
    );
    const rows = new Map(stored.map((row) => [row.title, row]));
    const reasons = new Map(
      this.items.map((item) => [item.title, this.reasonsOf(item, rows.get(item.title))]),
    );
    const quiet =
      this.pausedUntil > now || (this.quiet && quietUntil(new Date(now), null, QUIET) !== undefined);
    const before = this.moments.at(-1);
    this.moments.push({ at: now, rows, reasons, quiet });
    for (const { title, status, reason, finished } of stored) {
      if (!finished || before?.rows.get(title)?.finished) continue;
      const known = [before, this.moments.at(-1)].flatMap((one) => one?.reasons.get(title) ?? []);
      if (status === 'skipped' && !known.includes(reason ?? '') && this.stalled.length === 0)
        this.wrong.push(`${title} is skipped as ${reason}, and is ${known.join() || 'relevant'}`);
      if (status === 'cancelled' && !known.includes('withdrawn')) this.wrong.push(`${title} is cancelled`);
    }
  }

  private reasonsOf(item: Item, row: Row | undefined): string[] {
    const copy = row?.copy ?? 'unread';
    return [
      ...(item.withdrawn ? ['withdrawn'] : []),
      ...(item.expiresAt !== null && item.expiresAt <= now ? ['expired'] : []),
      ...(this.muted.has(item.type) ? ['muted'] : []),
      ...(copy !== 'unread' && (item.unless || row?.gathered === true) ? [copy] : []),
    ];
  }
}

it('each item is sent in one message or left out for a reason that is true, whatever happens meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(episode, { minLength: 1, maxLength: 2 }), async (episodes) => {
      const history = new History();
      await history.play(episodes.flat());
      expect(history.wrong).toEqual([]);
    }),
    { numRuns: RUNS, examples: KNOWN.map((steps) => [[steps]]) },
  );
});
