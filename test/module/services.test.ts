import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CarillonError,
  NotificationService,
  PreferencesService,
  UserInbox,
  type NotifyEvent,
} from '../../src/index.js';
import { startApp, type TestApp } from '../support/app.js';

let t: TestApp;
let inbox: UserInbox;
let preferences: PreferencesService;
let notifications: NotificationService;

beforeAll(async () => {
  t = await startApp();
  inbox = t.app.get(UserInbox, { strict: false });
  preferences = t.app.get(PreferencesService, { strict: false });
  notifications = t.app.get(NotificationService, { strict: false });
});
afterAll(() => t.close());

const send = (user: string, more: Partial<NotifyEvent> = {}) =>
  notifications.notify({ type: 'job_failed', userIds: [user], title: 'T', ...more });

/** What is said of a call: its code, and its wrong places. */
async function refusal(work: Promise<unknown>): Promise<unknown> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CarillonError)) return error;
  return [error.code, ...(error.errors ?? []).map(({ path, message }) => `${path}: ${message}`)];
}

describe("a user's inbox by code", () => {
  it('shows notifications as objects, with times as dates', async () => {
    const { event } = await send('ada', {
      body: 'B',
      link: '/jobs/1',
      data: { rows: [1] },
      teamId: 'red',
      entity: { type: 'job', id: '1' },
      level: 'warning',
    });
    const { notifications: all, next } = await inbox.list('ada');
    expect(all).toEqual([
      {
        id: expect.any(String),
        eventId: event.id,
        type: 'job_failed',
        level: 'warning',
        title: 'T',
        body: 'B',
        link: '/jobs/1',
        data: { rows: [1] },
        teamId: 'red',
        entity: { type: 'job', id: '1' },
        readAt: null,
        archivedAt: null,
        snoozedUntil: null,
        collapseKey: null,
        actions: [],
        image: null,
        actor: null,
        action: null,
        expiresAt: null,
        createdAt: event.createdAt,
      },
    ]);
    expect(next).toBeNull();
  });

  it('is paged to its end, and filtered by tenant, type and state', async () => {
    for (const title of ['1', '2', '3', '4', '5']) {
      await send('bea', { title, teamId: title === '5' ? null : 'red' });
    }
    await send('bea', { title: '6', type: 'weekly_report' });
    const titles: string[] = [];
    let after: string | undefined;
    do {
      const page = await inbox.list('bea', { limit: 2, ...(after && { after }) });
      expect(page.notifications.length).toBeLessThanOrEqual(2);
      titles.push(...page.notifications.map(({ title }) => title));
      after = page.next ?? undefined;
    } while (after);
    expect(titles).toEqual(['6', '5', '4', '3', '2', '1']);
    const shown = async (query: object) =>
      (await inbox.list('bea', query)).notifications.map(({ title }) => title).join('');
    expect(await shown({ teamId: 'red' })).toBe('4321');
    expect(await shown({ teamId: null, type: 'job_failed' })).toBe('5');
    expect(await shown({ read: true })).toBe('');
    expect(await shown({ type: undefined, limit: undefined, after: undefined })).toBe('654321');
    expect([await inbox.unreadCount('bea'), await inbox.unreadCount('bea', 'red')]).toEqual([6, 4]);
    expect(await inbox.unreadCount('bea', null)).toBe(2);
    expect(await inbox.markAll('bea', { teamId: 'red' })).toBe(4);
    expect(await inbox.trashRead('bea', { teamId: 'red', type: 'job_failed' })).toBe(4);
    expect(await shown({ trash: true })).toBe('4321');
    expect(await shown({})).toBe('65');
  });

  it('marks, trashes, restores and purges, as the routes do', async () => {
    await send('cyd');
    const [{ id } = { id: '' }] = (await inbox.list('cyd')).notifications;
    const { readAt } = await inbox.mark('cyd', id, true);
    expect(readAt).toBeInstanceOf(Date);
    expect((await inbox.get('cyd', id)).readAt).toEqual(readAt);
    expect((await inbox.mark('cyd', id, false)).readAt).toBeNull();
    expect(await refusal(inbox.purge('cyd', id))).toEqual(['not_in_trash']);
    await inbox.trash('cyd', id);
    expect(await refusal(inbox.get('cyd', id))).toEqual(['not_found']);
    expect((await inbox.restore('cyd', id)).id).toBe(id);
    await inbox.trash('cyd', id);
    await inbox.purge('cyd', id);
    expect(await refusal(inbox.restore('cyd', id))).toEqual(['not_found']);
  });

  it('archives and snoozes, as the routes do', async () => {
    const expiresAt = new Date(Date.now() + 86_400_000);
    await send('fay', { title: 'one', expiresAt });
    await send('fay', { title: 'other' });
    const [other, one] = (await inbox.list('fay')).notifications;
    const titles = async (state?: 'inbox' | 'snoozed' | 'archived') =>
      (await inbox.list('fay', { ...(state && { state }) })).notifications.map(({ title }) => title);
    expect(one).toMatchObject({ expiresAt });
    expect(await inbox.archive('fay', one!.id)).toMatchObject({
      readAt: expect.any(Date),
      archivedAt: expect.any(Date),
    });
    const until = new Date(Date.now() + 3_600_000);
    expect(await inbox.snooze('fay', other!.id, until)).toMatchObject({ snoozedUntil: until });
    expect([await titles(), await titles('archived'), await titles('snoozed')]).toEqual([
      [],
      ['one'],
      ['other'],
    ]);
    expect(await inbox.snooze('fay', other!.id, null)).toMatchObject({ snoozedUntil: null });
    expect(await inbox.unarchive('fay', one!.id)).toMatchObject({ archivedAt: null });
    expect(await inbox.archiveRead('fay')).toBe(1);
    expect(await titles()).toEqual(['other']);
    const over = inbox.snooze('fay', other!.id, new Date(0));
    expect(await refusal(over)).toEqual(['invalid_input', 'until: must be in the future']);
  });

  it("does nothing to another user's", async () => {
    await send('dot');
    const [{ id } = { id: '' }] = (await inbox.list('dot')).notifications;
    const works = [
      inbox.get('eve', id),
      inbox.trash('eve', id),
      inbox.restore('eve', id),
      inbox.purge('eve', id),
      inbox.archive('eve', id),
      inbox.snooze('eve', id, new Date(Date.now() + 60_000)),
    ];
    for (const work of [...works, inbox.mark('eve', id, true)]) {
      expect(await refusal(work)).toEqual(['not_found']);
    }
    expect(await inbox.markAll('eve')).toBe(0);
    await inbox.markSeen('eve');
    expect((await inbox.list('eve')).notifications).toEqual([]);
    expect(await inbox.counts('dot')).toEqual({ unread: 1, unseen: 1 });
    await inbox.markSeen('dot');
    expect(await inbox.counts('dot')).toEqual({ unread: 1, unseen: 0 });
    expect(await inbox.unreadCount('dot')).toBe(1);
  });

  it.each<[string, () => Promise<unknown>, unknown]>([
    ['no user', () => inbox.list(undefined as never), ['invalid_input', 'userId: must be a string']],
    ['an empty user', () => inbox.markAll(''), ['invalid_input', 'userId: must not be empty']],
    ['no user who looked', () => inbox.markSeen(''), ['invalid_input', 'userId: must not be empty']],
    [
      'a number for a user',
      () => inbox.unreadCount(17 as never),
      ['invalid_input', 'userId: must be a string'],
    ],
    [
      'a wrong query',
      () => inbox.list('u', { limit: 1_000, read: 'false', raed: 1, teamId: '' } as never),
      [
        'invalid_input',
        'raed: is not known here. Did you mean "read"?',
        'read: must be true or false',
        'limit: must be at most 200',
        'teamId: must not be empty',
      ],
    ],
    ['a cursor of another make', () => inbox.list('u', { after: 'x' }), ['invalid_cursor']],
    [
      'a mistyped type, which must not mean every type',
      () => inbox.trashRead('u', { type: 'job_faild' }),
      ['unknown_type', 'type: "job_faild" is not a notification type; the closest is "job_failed"'],
    ],
    ['an id of another make', () => inbox.get('u', 7 as never), ['not_found']],
    [
      'a text for a truth value',
      () => inbox.mark('u', 'x', 'false' as never),
      ['invalid_input', 'read: must be true or false'],
    ],
  ])('refuses %s', async (_what, call, said) => {
    expect(await refusal(call())).toEqual(said);
  });
});

describe("a user's preferences by code", () => {
  it('are read and set', async () => {
    await preferences.set('fay', { types: { job_failed: { toast: false } } });
    expect((await preferences.get('fay')).types['job_failed']).toMatchObject({
      in_app: true,
      toast: false,
      webhook: true,
    });
  });

  it('are set all or not at all, and what is wrong is named', async () => {
    const patch = {
      types: {
        job_faild: { toast: false },
        job_failed: { toast: false, post: 1 as never },
        webhook_disabled: { toast: false },
      },
    };
    expect(await refusal(preferences.set('gil', patch))).toEqual([
      'invalid_input',
      expect.stringContaining('types.job_faild.toast: "job_faild" is not a notification type'),
      expect.stringMatching(/^types\.job_failed\.post: "post" is not a channel: .* Did you mean "toast"\?$/),
      'types.webhook_disabled.toast: "webhook_disabled" cannot be changed by users',
    ]);
    expect((await preferences.get('gil')).types['job_failed']?.toast).toBe(true);
    expect(await refusal(preferences.set('gil', [] as never))).toEqual([
      'invalid_input',
      ': must be an object',
    ]);
    expect(await refusal(preferences.get(''))).toEqual(['invalid_input', 'userId: must not be empty']);
  });
});

it('sends no event that was not checked', () => {
  expect(Object.getOwnPropertyNames(NotificationService.prototype)).toEqual([
    'constructor',
    'notify',
    'cancel',
    'withdraw',
    'onAction',
  ]);
});

it('what is asked after the end is refused in a sentence', async () => {
  const ended = await startApp();
  const get = <T>(service: new (...args: never[]) => T) => ended.app.get<T>(service, { strict: false });
  const [notifications, inbox] = [get(NotificationService), get(UserInbox)];
  await ended.close();
  const refusal = { code: 'unavailable', detail: 'The connections to the database have been closed.' };
  const event = { type: 'job_failed', userIds: ['late'], title: 'T' };
  await expect(notifications.notify(event)).rejects.toMatchObject(refusal);
  await expect(inbox.unreadCount('late')).rejects.toMatchObject(refusal);
});
