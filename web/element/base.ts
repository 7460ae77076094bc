import { type CSSResult, LitElement, type PropertyDeclarations, type PropertyValues } from 'lit';
import { createClient, type Client } from '../client/client.js';
import { toJson } from '../client/json.js';
import type { InboxStore } from '../client/store.js';
import { language, type Language, type Replaced } from './language.js';
import type { Texts } from './types.js';

export type TextsPatch = Replaced<Texts>;

/** One client, and so one inbox and one stream, for all elements of a page that name the same server and user. */
const clients = new Map<string, Client>();

function clientFor(baseUrl: string, user: string | undefined): Client {
  const key = toJson([baseUrl, user]);
  let client = clients.get(key);
  if (!client) clients.set(key, (client = createClient({ baseUrl: baseUrl || '/v1', user })));
  return client;
}

/** What the toasts ask of the bells of the page. */
interface Bell extends CarillonElement {
  /** While it is open. */
  readonly panel: HTMLElement | null | undefined;
  /** Whether a notification is in sight in it. */
  shows(id: string | undefined): boolean;
}

export const bells = new Set<Bell>();

/** What all elements have in common: whose inbox they show, in which words, and when they listen to it. */
export abstract class CarillonElement extends LitElement {
  static override properties: PropertyDeclarations = {
    client: { attribute: false },
    baseUrl: { attribute: 'base-url' },
    user: {},
    texts: { attribute: false },
    lang: { reflect: true },
    theme: { reflect: true },
  };

  /** Set it, or `base-url`; nothing is asked of a server before that. */
  declare client: Client | undefined;
  declare baseUrl: string | undefined;
  declare user: string | undefined;
  declare texts: TextsPatch | undefined;
  declare theme: 'light' | 'dark' | undefined;
  #language: Language | undefined;
  #bound: Client | undefined;
  #leave: (() => void) | undefined;
  #unwatch: (() => void) | undefined;

  /** Starts to listen. @returns what ends it */
  protected abstract attach(client: Client): () => void;

  /** Another number for each time of listening: what was asked for in a former one is not for now. */
  protected turn = 0;

  /** Drops what it holds beside the store: it may be shown to another user next. */
  protected forget(): void {}

  /** The inbox that this element shows; undefined before it has a server. */
  get store(): InboxStore | undefined {
    return this.#bound?.store;
  }

  /** The client that this element listens to. */
  protected get bound(): Client | undefined {
    return this.#bound;
  }

  protected get language(): Language {
    return (this.#language ??= language(this.#locale(), this.texts, this.words));
  }

  /** What it says beside the bell's words: they come with it, and not with the bell. */
  protected get words(): { en: object; fr: object } | undefined {
    return undefined;
  }

  protected override createRenderRoot(): ShadowRoot {
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    this.#dress(root);
    return root;
  }

  /** Taken to another document, as a window of its own: style sheets are a document's. */
  adoptedCallback(): void {
    this.#dress(this.renderRoot as ShadowRoot);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // What it shows may be of another place, or of no user, since it was taken away.
    this.#language = undefined;
    if (this.hasUpdated) this.#bind();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unbind();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('lang') || changed.has('texts')) this.#language = undefined;
    if (!this.hasUpdated || changed.has('client') || changed.has('baseUrl') || changed.has('user'))
      this.#bind();
  }

  /** With sheets that all elements of a kind share, or else with style elements. */
  #dress(root: ShadowRoot): void {
    const styles = (this.constructor as typeof LitElement).elementStyles as CSSResult[];
    try {
      if (!('adoptedStyleSheets' in root)) throw new TypeError();
      root.adoptedStyleSheets = styles.flatMap(({ styleSheet }) => styleSheet ?? []);
    } catch {
      for (const { cssText } of styles) {
        root.append(Object.assign(document.createElement('style'), { textContent: cssText }));
      }
    }
  }

  #locale(): string {
    const root = this.getRootNode();
    const around = root instanceof ShadowRoot ? root.host.closest('[lang]') : undefined;
    const near = this.lang || this.closest('[lang]')?.getAttribute('lang') || around?.getAttribute('lang');
    return near || document.documentElement.lang || navigator.language || 'en';
  }

  #bind(): void {
    const named = this.baseUrl === undefined || this.baseUrl === null;
    const client = this.client ?? (named ? undefined : clientFor(this.baseUrl ?? '', this.user));
    if (client === this.#bound || !this.isConnected) return;
    this.#unbind();
    this.#bound = client;
    if (!client) return;
    this.#leave = this.attach(client);
    this.#unwatch = client.onUserChange(() => {
      this.#unbind();
      this.#bind();
      this.requestUpdate();
    });
  }

  #unbind(): void {
    if (!this.#bound) return;
    this.#unwatch?.();
    this.#leave?.();
    this.#unwatch = this.#leave = this.#bound = undefined;
    this.turn++;
    this.forget();
  }
}
