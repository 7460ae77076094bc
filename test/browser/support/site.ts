import { readFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page, Route } from 'playwright-core';
import type { CarillonElement } from '../../../web/element/index.js';
import { startApp, type TestApp, type TestOptions, tokenOf } from '../../support/app.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

const DIST = join(import.meta.dirname, '../../../dist/web');

/** As strict as a policy gets while a page still works: nothing inline, nothing from elsewhere but one host's pictures. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src https://pictures.example; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; " +
  'trusted-types lit-html carillon';

/** Its toasts stay until they are dismissed: a busy machine may need longer to look at them than a person. */
const PAGE = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>A page</title><meta name="viewport" content="width=device-width"></head>
  <body>
    <header><carillon-bell base-url="/v1"></carillon-bell></header>
    <main><h1>A page</h1></main>
    <carillon-toasts base-url="/v1" duration="0"></carillon-toasts>
    <script type="module" src="/page/element.js"></script>
  </body>
</html>`;

/** With the inbox in full size. */
const INBOX_PAGE = PAGE.replace(/<header>.*<\/header>/, '')
  .replace('</main>', '<carillon-inbox base-url="/v1" autofocus></carillon-inbox></main>')
  .replace('element.js', 'inbox.js');

/**
 * The real server behind an address that stays while it stops and starts, and a host application's page on the same
 * origin, with a strict content security policy.
 */
export class Site {
  private readonly sockets = new Set<Socket>();
  private readonly contexts: BrowserContext[] = [];

  private constructor(
    private readonly database: TestDatabase,
    private readonly proxy: Server,
    /** The running server, for posting events and for asking it what is true. */
    public app: TestApp,
  ) {
    this.proxy.on('connection', (near: Socket) => {
      const far = connect(Number(new URL(this.app.url).port), '127.0.0.1');
      for (const socket of [near, far]) {
        this.sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          this.sockets.delete(socket);
          near.destroy();
          far.destroy();
        });
      }
      near.pipe(far).pipe(near);
    });
  }

  /** @param options of the server */
  static async start(options: TestOptions = {}): Promise<Site> {
    const database = await createTestDatabase();
    const app = await startApp({ ...options, database: { url: database.url } });
    const proxy = createServer();
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    return new Site(database, proxy, app);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.proxy.address() as AddressInfo).port}`;
  }

  /** Cuts every connection; new ones are let through. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** Stops the server and starts another one at the same address. */
  async restart(): Promise<void> {
    this.cut();
    await this.app.close();
    this.app = await startApp({ database: { url: this.database.url } });
  }

  /** A browser of its own (cookies, storage), signed in as a user. */
  async signIn(
    browser: Browser,
    userId: string,
    options: BrowserContextOptions = {},
  ): Promise<BrowserContext> {
    const context = await browser.newContext(options);
    // Well below a test's own limit, so that a failure names the place that waits.
    context.setDefaultTimeout(20_000);
    this.contexts.push(context);
    await this.setCookie(context, userId);
    await this.serve(context);
    return context;
  }

  /** Serves the host application's page to a browser. @param url under another name of this site */
  serve(context: BrowserContext, url = this.url): Promise<unknown> {
    return context.route(`${url}/page/**`, (route) => servePage(route));
  }

  /** Changes whose browser it is, as signing in as somebody else does. */
  async setCookie(context: BrowserContext, userId: string): Promise<void> {
    await context.addCookies([{ name: 'token', value: tokenOf(userId), url: this.url, sameSite: 'Lax' }]);
  }

  /** Opens the host application's page. @param url another name of this site */
  async open(context: BrowserContext, path = '/page/', url = this.url): Promise<Page> {
    const page = await context.newPage();
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (/content security policy|trusted/i.test(message.text())) this.complaints.push(message.text());
    });
    await page.goto(url + path);
    return page;
  }

  /** Errors of scripts, and what the content security policy objected to. */
  readonly complaints: string[] = [];

  /** What the server says is the user's unread count. */
  async unreadOf(userId: string): Promise<number> {
    const { body } = await this.app.as(userId).get('/v1/notifications/unread-count').expect(200);
    return (body as { count: number }).count;
  }

  async close(): Promise<void> {
    for (const context of this.contexts) await context.close();
    this.proxy.close();
    this.cut();
    await this.app.close();
    await this.database.drop();
  }
}

function servePage(route: Route): Promise<void> {
  const name = new URL(route.request().url()).pathname.slice('/page/'.length);
  const script = name.endsWith('.js');
  return route.fulfill({
    contentType: script ? 'text/javascript' : 'text/html; charset=utf-8',
    headers: { 'content-security-policy': POLICY },
    body: script ? readFileSync(join(DIST, name), 'utf8') : name === 'inbox' ? INBOX_PAGE : PAGE,
  });
}

/** Puts elements with a client of their own in the place of the page's, which poll more often than those. */
export function pollEvery(page: Page, pollMs: number): Promise<void> {
  return page.evaluate(async (ms) => {
    const names = ['carillon-bell', 'carillon-toasts'];
    for (const name of names) document.querySelector(name)?.remove();
    const { createClient } = (await import(
      `${location.origin}/page/element.js`
    )) as typeof import('../../../web/element/index.js');
    const client = createClient({ baseUrl: '/v1', pollMs: ms });
    for (const name of names) document.body.append(Object.assign(document.createElement(name), { client }));
  }, pollMs);
}

/** The bell's button, whose accessible name says the exact count. */
export function bell(page: Page): Locator {
  return page.locator('carillon-bell .bell');
}

export function rows(page: Page): Locator {
  return page.locator('carillon-panel li[data-id]');
}

export function toasts(page: Page): Locator {
  return page.locator('carillon-toasts .toast');
}

/** Writes down every toast that a page shows from now on. @returns their titles so far */
export async function recordToasts(page: Page): Promise<() => Promise<string[]>> {
  const seen = await page.locator('carillon-toasts').evaluateHandle((element) => {
    const titles: string[] = [];
    const record = (node: Node): void => {
      if (node instanceof Element && node.matches('.toast'))
        titles.push(node.querySelector('.title')?.textContent?.trim() ?? '');
    };
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) addedNodes.forEach(record);
    }).observe(element.shadowRoot as ShadowRoot, { childList: true, subtree: true });
    return titles;
  });
  return () => seen.jsonValue();
}

/** What a bell with so many unread notifications is called. */
export function bellName(unread: number): string {
  return unread === 0 ? 'Notifications' : `Notifications, ${unread} unread`;
}

/** Waits until a condition holds: the browser and the server are two, and each takes its time. */
export async function until(condition: () => Promise<boolean>, what: string, ms = 20_000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`still not so after ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** A page whose stream has begun: what is posted from now on reaches it as it happens, toasts included. */
export async function live(page: Page, element = 'carillon-bell'): Promise<Page> {
  const status = (): Promise<string> =>
    page.locator(element).evaluate((one: CarillonElement) => one.store?.state.status ?? '');
  await until(async () => (await status()) === 'live', 'the stream is live');
  return page;
}

/** Waits until the bell says so many. */
export async function expectUnread(page: Page, unread: number): Promise<void> {
  const name = async (): Promise<string | null> => bell(page).getAttribute('aria-label');
  let last: string | null = null;
  const agrees = async (): Promise<boolean> => (last = await name()) === bellName(unread);
  await until(agrees, `the bell says ${unread}`).catch(() => {
    throw new Error(`the bell says "${last}", not ${unread} unread`);
  });
}
