import { safeLink } from '../client/link.js';
import { OPENED_CACHE, OPENED_PATH, type PushMessage, type WorkerMessage } from './messages.js';

declare const self: ServiceWorkerGlobalScope;

interface Data {
  id?: string | null | undefined;
  link?: string | null | undefined;
  /** Where its actions lead, by their ids. */
  links?: Record<string, string>;
}

/** What browsers show beside, some of them; the standard's library does not have it yet. */
interface Shown extends NotificationOptions {
  image?: string;
  actions?: { action: string; title: string }[];
}

/** A page that is there answers at once; a browser opens a window only soon after the click. */
const ANSWER_MS = 300;

self.addEventListener('push', (event) => event.waitUntil(show(read(event.data))));

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const { id, link, links } = (event.notification.data ?? {}) as Data;
  event.waitUntil(open({ id, link: links?.[event.action] ?? link }));
});

/** Of another version of the server, anything may be missing. */
function read(data: PushMessageData | null): Partial<PushMessage> {
  try {
    const payload: unknown = data?.json();
    return typeof payload === 'object' && payload !== null ? payload : {};
  } catch {
    return {};
  }
}

/** A push that shows nothing is counted against the site, and ends its subscription: it is always shown, page or not. */
async function show(message: Partial<PushMessage>): Promise<void> {
  const { id, title, body, link, tag, image, icon, actions = [] } = message;
  const text =
    title || (/^fr\b/i.test(self.navigator.language) ? 'Nouvelle notification' : 'New notification');
  const picture = icon ?? new URLSearchParams(self.location.search).get('icon');
  const links = Object.fromEntries(actions.map((action) => [action.id, action.link]));
  const shown: Shown = {
    body: body ?? '',
    data: { id, link, links } satisfies Data,
    ...(picture ? { icon: picture } : {}),
    ...(image ? { image } : {}),
    actions: actions.map((action) => ({ action: action.id, title: action.label })),
    // What takes another's place is news too.
    ...(tag ? { tag, renotify: true } : {}),
  };
  await self.registration.showNotification(text, shown);
  await Promise.allSettled([
    id ? tellPages({ carillon: 'shown', id }) : undefined,
    // How many there are, the next page says.
    self.navigator.setAppBadge?.(),
  ]);
}

async function open({ id, link }: Data): Promise<void> {
  if (id) await noteOpened(id).catch(() => undefined);
  const target = new URL(safeLink(link) ?? home(), self.location.origin);
  const isOwn = target.origin === self.location.origin;
  const page = isOwn ? await findPage(link ? target.href : undefined) : undefined;
  if (!(await page?.focus().catch(() => undefined))) {
    await self.clients.openWindow(target.href).catch(() => null);
  } else if (page && link && page.url !== target.href) {
    page.postMessage({ carillon: 'go', href: target.href } satisfies WorkerMessage);
  }
}

/** The ready worker has a folder of its own below the application. */
function home(): string {
  return self.registration.scope.replace(/carillon\/$/, '');
}

/** One that shows the address already, else one that says it is the user's; that was looked at last comes first. */
async function findPage(href: string | undefined): Promise<WindowClient | undefined> {
  const all = await pages();
  const there = all.find(({ url }) => url === href);
  if (there) return there;
  const answers = await Promise.all(all.map(isUsers));
  return all.find((_, index) => answers[index]);
}

function isUsers(page: WindowClient): Promise<boolean> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(true);
    setTimeout(() => resolve(false), ANSWER_MS);
    page.postMessage({ carillon: 'ask' } satisfies WorkerMessage, [port2]);
  });
}

/** This worker has no token: a page of the user marks it as read, now or on the next visit. */
async function noteOpened(id: string): Promise<void> {
  const cache = await caches.open(OPENED_CACHE);
  await cache.put(OPENED_PATH + encodeURIComponent(id), new Response());
  await tellPages({ carillon: 'opened' });
}

async function tellPages(message: WorkerMessage): Promise<void> {
  for (const page of await pages()) page.postMessage(message);
}

/** Of this origin, controlled by this worker or not. */
async function pages(): Promise<readonly WindowClient[]> {
  return self.clients.matchAll({ type: 'window', includeUncontrolled: true });
}
