import type { BrowserContext, Page, Worker } from 'playwright-core';
import { until } from './site.js';

/** What the tests use of a service worker's scope: types are those of pages here. */
interface WorkerScope extends EventTarget {
  registration: ServiceWorkerRegistration;
  clients: { openWindow(url: string | URL): Promise<null> };
  WindowClient: { prototype: { focus(): Promise<unknown> } };
  NotificationEvent: new (
    type: string,
    options: object,
  ) => Event & {
    waitUntil(work: Promise<unknown>): void;
  };
}

/** What is in sight of a push in a browser. */
export interface Shown {
  title: string;
  body: string;
  tag: string;
  icon: string;
}

/**
 * A headless browser has no push service to subscribe at: what `PushManager` says stands in for it. The rest (the worker,
 * the permission, the notifications) is the browser's own.
 */
function standIn(): void {
  const KEY = 'the stand-in of the push service';
  const make = (stored: { endpoint: string; key: number[] }) => ({
    endpoint: stored.endpoint,
    options: { applicationServerKey: Uint8Array.from(stored.key).buffer, userVisibleOnly: true },
    toJSON: () => ({
      endpoint: stored.endpoint,
      expirationTime: null,
      // A point of P-256 and sixteen bytes, as a browser makes them.
      keys: {
        p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
        auth: 'BTBZMqHH6r4Tts7J_aSIgg',
      },
    }),
    unsubscribe: () => Promise.resolve(localStorage.removeItem(KEY) === undefined),
  });
  const present = () => {
    const stored = localStorage.getItem(KEY);
    return stored === null ? null : make(JSON.parse(stored) as Parameters<typeof make>[0]);
  };
  if (!('PushManager' in window)) return;
  Object.assign(PushManager.prototype, {
    getSubscription: () => Promise.resolve(present()),
    subscribe: ({ applicationServerKey }: { applicationServerKey: Uint8Array }) => {
      const endpoint = `https://push.example.com/${Math.random().toString(36).slice(2)}`;
      localStorage.setItem(KEY, JSON.stringify({ endpoint, key: [...applicationServerKey] }));
      return Promise.resolve(present());
    },
  });
}

/** Prepares a browser. @param permission what it says to a page that asks, at once */
export async function preparePush(
  context: BrowserContext,
  permission: 'granted' | 'denied' | 'default' = 'granted',
): Promise<void> {
  await context.addInitScript(standIn);
  await context.grantPermissions(['notifications']);
  await context.addInitScript((answer) => {
    const asked = window as { asked?: number };
    asked.asked = 0;
    const granted = 'the user has answered';
    Object.defineProperty(Notification, 'permission', {
      get: () => localStorage.getItem(granted) ?? 'default',
    });
    Notification.requestPermission = () => {
      asked.asked = (asked.asked ?? 0) + 1;
      if (answer !== 'default') localStorage.setItem(granted, answer);
      return Promise.resolve(answer);
    };
  }, permission);
}

/** How often a page has asked for the permission. */
export function asked(page: Page): Promise<number> {
  return page.evaluate(() => (window as { asked?: number }).asked ?? 0);
}

/** What the push service would change by itself. */
export function renewEndpoint(page: Page): Promise<void> {
  return page.evaluate(() => {
    const key = 'the stand-in of the push service';
    const stored = JSON.parse(localStorage.getItem(key) ?? '{}') as object;
    localStorage.setItem(key, JSON.stringify({ ...stored, endpoint: 'https://push.example.com/renewed' }));
  });
}

/** Hands a push to the worker, as a push service does. @param data an object, sent as JSON, or a text */
export async function deliver(page: Page, data: object | string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const registration = new Promise<string>((resolve) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const [known] = registrations.filter(({ isDeleted }) => !isDeleted);
      if (known) resolve(known.registrationId);
    });
  });
  await session.send('ServiceWorker.enable');
  await session.send('ServiceWorker.deliverPushMessage', {
    origin: new URL(page.url()).origin,
    registrationId: await registration,
    data: typeof data === 'string' ? data : JSON.stringify(data),
  });
  await session.detach();
}

export async function workerOf(context: BrowserContext): Promise<Worker> {
  return context.serviceWorkers()[0] ?? context.waitForEvent('serviceworker');
}

/** The notifications that the browser shows. */
export async function shown(context: BrowserContext): Promise<Shown[]> {
  const worker = await workerOf(context);
  return worker.evaluate(async () => {
    const { registration } = self as unknown as WorkerScope;
    const all = await registration.getNotifications();
    return all.map(({ title, body, tag, icon }) => ({ title, body, tag, icon }));
  });
}

export async function waitForShown(context: BrowserContext, count: number): Promise<Shown[]> {
  await until(async () => (await shown(context)).length === count, `${count} notifications are shown`);
  return shown(context);
}

/**
 * Clicks the newest notification, or one of its actions. The browser's own click cannot be made from outside, and a made one may not open or focus
 * windows: what the worker asks for is written down instead.
 * @returns the addresses that it opened, and those of the pages that it brought to the front
 */
export async function click(
  context: BrowserContext,
  action = '',
): Promise<{ opened: string[]; focused: string[] }> {
  const worker = await workerOf(context);
  return worker.evaluate(async (name) => {
    const scope = self as unknown as WorkerScope;
    const seen = { opened: [] as string[], focused: [] as string[] };
    scope.clients.openWindow = (url) => {
      seen.opened.push(String(url));
      return Promise.resolve(null);
    };
    scope.WindowClient.prototype.focus = function (this: { url: string }) {
      seen.focused.push(this.url);
      return Promise.resolve(this);
    };
    const notification = (await scope.registration.getNotifications()).at(-1) as Notification;
    const event = new scope.NotificationEvent('notificationclick', { notification, action: name });
    const waits: Promise<unknown>[] = [];
    event.waitUntil = (work) => void waits.push(Promise.resolve(work));
    scope.dispatchEvent(event);
    await Promise.all(waits);
    return seen;
  }, action);
}
