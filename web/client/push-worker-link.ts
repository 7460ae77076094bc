import { OPENED_CACHE, OPENED_PATH, type WorkerMessage } from '../push/messages.js';
import { ask } from './page.js';
import type { PushOptions } from './push-options.js';
import { heeding, within } from './within.js';

/** Installing a worker fetches its script; subscribing asks the browser's push service. */
const ANSWER_MS = 30_000;

const WORKER = '/carillon/sw.js';

export interface PushWorkerListener {
  /** Whether the worker shows what is this page's user's. */
  isOwn(): boolean;
  shown(id: string): void;
  opened(): void;
}

interface Opened {
  id: string;
  /** Writes it down again. */
  keep: () => Promise<void>;
}

/** The service worker as a page sees it. Any of it may be refused, or never answer. */
export class PushWorker {
  readonly #hear = (event: MessageEvent<WorkerMessage>): void => this.#receive(event);

  constructor(
    private readonly options: PushOptions,
    private readonly listener: PushWorkerListener,
  ) {
    ask(() => {
      navigator.serviceWorker.addEventListener('message', this.#hear);
      navigator.serviceWorker.startMessages();
    }, undefined);
  }

  close(): void {
    ask(() => navigator.serviceWorker.removeEventListener('message', this.#hear), undefined);
  }

  /** The present one, without making any. */
  async subscription(): Promise<PushSubscription | null> {
    const registration = await this.#known();
    return registration ? soon(() => registration.pushManager.getSubscription()) : null;
  }

  /** @param key the server's; a subscription for another one is of no use to it */
  async subscribe(key: string): Promise<PushSubscription> {
    const registration = await this.#register();
    const { pushManager } = registration;
    const present = await soon(() => pushManager.getSubscription());
    const applicationServerKey = bytesOf(key);
    if (present && isFor(present, applicationServerKey)) return present;
    if (present) await soon(() => present.unsubscribe());
    return soon(() => pushManager.subscribe({ userVisibleOnly: true, applicationServerKey }));
  }

  /** Ends the subscription, and removes what it has shown and noted. */
  async unsubscribe(): Promise<void> {
    const attempts = [
      this.subscription().then((subscription) => subscription && soon(() => subscription.unsubscribe())),
      this.#known()
        .then((registration) => registration && soon(() => registration.getNotifications()))
        .then((shown) => shown?.forEach((notification) => notification.close())),
      soon(() => caches.delete(OPENED_CACHE)),
    ];
    await Promise.all(attempts.map((attempt) => attempt.catch(() => undefined)));
  }

  /** What was opened since it was asked last; each is told to one page. */
  async opened(): Promise<Opened[]> {
    return soon(async () => {
      if (!(await caches.has(OPENED_CACHE))) return [];
      const cache = await caches.open(OPENED_CACHE);
      const taken: Opened[] = [];
      for (const request of await cache.keys()) {
        if (!(await cache.delete(request))) continue;
        const id = decodeURIComponent(new URL(request.url).pathname.slice(OPENED_PATH.length));
        taken.push({ id, keep: () => cache.put(request, new Response()) });
      }
      return taken;
    }).catch(() => []);
  }

  async #known(): Promise<ServiceWorkerRegistration | undefined> {
    const { registration } = this.options;
    if (registration) return soon(registration);
    const known = await soon(() => navigator.serviceWorker.getRegistration(this.#url));
    // The application's own, where it has one for all of its pages and this one is not registered.
    return known?.scope === new URL('.', this.#url).href ? known : undefined;
  }

  async #register(): Promise<ServiceWorkerRegistration> {
    const { registration } = this.options;
    if (registration) return soon(registration);
    return within(ANSWER_MS, undefined, async (signal) => {
      const made = await navigator.serviceWorker.register(trusted(this.#url), { updateViaCache: 'none' });
      const starting = made.installing ?? made.waiting;
      if (!made.active && starting) {
        const active = new Promise<void>((resolve) => {
          starting.onstatechange = () => starting.state === 'activated' && resolve();
        });
        await heeding(signal, active);
      }
      return made;
    });
  }

  get #url(): string {
    return new URL(this.options.worker ?? WORKER, document.baseURI).href;
  }

  #receive(event: MessageEvent<WorkerMessage>): void {
    const { data, ports } = event;
    if (!this.listener.isOwn()) return;
    switch (data?.carillon) {
      case 'shown':
        return this.listener.shown(data.id);
      case 'opened':
        return this.listener.opened();
      case 'ask':
        return ports[0]?.postMessage(true);
      case 'go':
        // Once, however many clients the page has.
        event.stopImmediatePropagation();
        return follow(data.href);
    }
  }
}

/** An application that navigates by itself prevents it. */
function follow(href: string): void {
  const event = new CustomEvent('carillon-navigate', { detail: { href }, cancelable: true });
  if (document.dispatchEvent(event)) location.assign(href);
}

function soon<T>(work: () => Promise<T>): Promise<T> {
  return within(ANSWER_MS, undefined, async () => work());
}

interface Policies {
  createPolicy(name: string, rules: object): { createScriptURL(url: string): string };
}

let policy: ReturnType<Policies['createPolicy']> | undefined;

/** Pages that require trusted types take the address of a worker by a policy alone. */
function trusted(url: string): string {
  const { trustedTypes } = window as { trustedTypes?: Policies };
  const createScriptURL = (text: string): string => text;
  policy ??= ask(() => trustedTypes?.createPolicy('carillon', { createScriptURL }), undefined);
  return policy?.createScriptURL(url) ?? url;
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function isFor(subscription: PushSubscription, key: Uint8Array): boolean {
  const known = ask(() => subscription.options.applicationServerKey, null);
  // A browser that does not say it has not changed it either.
  return known === null || new Uint8Array(known).join() === key.join();
}
