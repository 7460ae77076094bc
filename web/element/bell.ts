import { html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import type { Client } from '../client/client.js';
import { load } from '../client/load.js';
import { bells, CarillonElement } from './base.js';
import { bellStyles } from './bell-styles.js';
import { define } from './define.js';
import { icons } from './icons.js';
import type { CarillonPanel } from './panel.js';
import { plural } from './language.js';
import { shared } from './styles.js';
import { raise } from './top-layer.js';

/** Above it the badge says `99+`; the accessible name always says the exact number. */
const DEFAULT_MAX = 99;
/** The panel keeps this far from the edges of the window. */
const MARGIN = 8;

/**
 * A bell with the number of unread notifications, or of unseen ones (`badge="unseen"`), and a panel with the notifications.
 *
 * @fires carillon-open see `CarillonPanel`
 * @fires carillon-unread the number of unread notifications changed: `detail` is `{ unread }`
 */
export class CarillonBell extends CarillonElement {
  static override styles = [shared, bellStyles];
  static override properties: PropertyDeclarations = {
    open: { type: Boolean, reflect: true },
    max: { type: Number, useDefault: true },
    badge: {},
    preferencesHref: { attribute: 'preferences-href' },
    inboxHref: { attribute: 'inbox-href' },
    broken: { state: true },
  };

  declare open: boolean;
  /** The greatest number that the badge shows. */
  declare max: number;
  /** What is counted; `unseen`: what has come since the panel was open. */
  declare badge: 'unread' | 'unseen' | null | undefined;
  declare preferencesHref: string | undefined;
  declare inboxHref: string | undefined;
  /** Whether the panel's script could not be loaded. */
  declare private broken: boolean;
  #unread: number | undefined;
  #hadFocus = false;

  constructor() {
    super();
    this.open = false;
    this.max = DEFAULT_MAX;
    this.broken = false;
  }

  /** Opens the panel and takes the focus into it. */
  show(): void {
    this.open = true;
  }

  /** Closes the panel; the focus returns to the bell if it was inside. */
  hide(): void {
    this.open = false;
  }

  /** The button takes it. */
  override focus(options?: FocusOptions): void {
    this.renderRoot.querySelector<HTMLElement>('.bell')?.focus(options);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    bells.add(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    bells.delete(this);
    this.#listen(false);
    this.open = false;
  }

  protected override attach(client: Client): () => void {
    return client.store.subscribe(() => this.requestUpdate());
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    this.#hadFocus = this.panel?.matches(':focus-within') ?? false;
    const unread = this.bound?.store.state.unread;
    if (unread === this.#unread) return;
    this.#unread = unread;
    this.dispatchEvent(
      new CustomEvent('carillon-unread', { detail: { unread }, bubbles: true, composed: true }),
    );
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has('open')) return;
    this.#listen(this.open);
    if (this.open) void this.#load();
    // What came while it was open has been seen as well. Refused, the badge is back by itself.
    if (this.badge === 'unseen' && (this.open || changed.get('open')))
      this.bound?.store.markSeen().catch(() => undefined);
    const { panel } = this;
    // Gone with what had the focus in it.
    if (!panel && this.#hadFocus) this.focus();
    if (!panel) return;
    raise(panel);
    this.#place();
    panel.focus({ preventScroll: true });
  }

  protected override render(): TemplateResult {
    const { language } = this;
    const { texts } = language;
    const kind = this.badge === 'unseen' ? 'unseen' : 'unread';
    const count = this.bound?.store.state[kind] ?? 0;
    const text = kind === 'unseen' ? texts.bellUnseen : texts.bell;
    const name = count > 0 ? plural(language, text, count) : texts.notifications;
    const badge = count > this.max ? `${this.max}+` : String(count);
    return html`<button
        class="bell"
        part="bell"
        aria-haspopup="dialog"
        aria-expanded=${this.open}
        aria-label=${name}
        title=${name}
        @pointerenter=${this.#load}
        @focus=${this.#load}
        @click=${() => (this.open = !this.open)}
      >
        ${icons.bell}
        ${count > 0 ? html`<span class="badge" part="badge" aria-hidden="true"><bdi dir="ltr">${badge}</bdi></span>` : nothing}
      </button>
      ${this.open ? this.#renderPanel() : nothing}`;
  }

  #renderPanel(): TemplateResult {
    return html`<div
      class="panel"
      part="panel"
      popover="manual"
      role="dialog"
      aria-label=${this.language.texts.notifications}
      tabindex="-1"
      @keydown=${this.#onKey}
      @focusout=${this.#onFocusOut}
    >
      ${this.broken ? this.#renderBroken() : this.#renderInbox()}
    </div>`;
  }

  #renderInbox(): TemplateResult {
    return html`<carillon-panel
      exportparts="header, list, item, item-unread, item-read, title, body, meta, offers, taken, empty, undo, footer, dialog"
      .client=${this.bound}
      .texts=${this.texts}
      .preferencesHref=${this.preferencesHref}
      .inboxHref=${this.inboxHref}
      lang=${this.language.locale}
      theme=${this.theme ?? nothing}
      @carillon-close=${() => this.hide()}
      @carillon-open=${this.#onLeave}
      @carillon-navigate=${this.#onLeave}
    ></carillon-panel>`;
  }

  #renderBroken(): TemplateResult {
    const { texts } = this.language;
    return html`<div class="state" role="alert">
      ${icons.error}<strong>${texts.loadFailed}</strong>
      <button class="text" @click=${this.#load}>${texts.retry}</button>
    </div>`;
  }

  /** Once it is likely that it is wanted: the badge alone needs none of it. */
  readonly #load = async (): Promise<void> => {
    try {
      const { CarillonPanel } = await load(() => import('./panel.js'));
      define('carillon-panel', CarillonPanel);
      this.broken = false;
    } catch {
      this.broken = true;
    }
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    // The panel has the focus at first, around the list.
    if (event.target === event.currentTarget) this.#list?.heed?.(event);
    if (event.key !== 'Escape') return;
    // An Escape that closes the panel must not close what it stands in too, be it a modal dialog.
    event.stopPropagation();
    event.preventDefault();
    this.hide();
  };

  /** A page that navigates by itself has shown something else: when its listeners have said so. */
  readonly #onLeave = (event: Event): void =>
    queueMicrotask(() => {
      if (event.defaultPrevented) this.hide();
    });

  /** Going on with Tab leaves the panel; going to another window does not, nor to a toast, from where F8 leads back. */
  readonly #onFocusOut = ({ relatedTarget: to }: FocusEvent): void => {
    if (to instanceof Element && !this.renderRoot.contains(to) && !isToasts(to)) this.hide();
  };

  readonly #onPointer = (event: Event): void => {
    if (!event.composedPath().some((target) => target === this || isToasts(target))) this.hide();
  };

  readonly #place = (): void => {
    const { panel } = this;
    if (!panel) return;
    const bell = this.getBoundingClientRect();
    // Lengths are multiplied by the zoom of what the element stands in, what is measured of it is so already.
    const zoom = this.currentCSSZoom ?? 1;
    const width = panel.offsetWidth * zoom;
    const wanted = getComputedStyle(this).direction === 'rtl' ? bell.left : bell.right - width;
    const left = Math.max(MARGIN, Math.min(wanted, document.documentElement.clientWidth - width - MARGIN));
    // Set from script, not from markup: a strict content security policy allows it.
    panel.style.setProperty('--_left', `${left / zoom}px`);
    panel.style.setProperty('--_top', `${Math.max(MARGIN, bell.bottom + MARGIN) / zoom}px`);
  };

  #listen(open: boolean): void {
    const change = open ? 'addEventListener' : 'removeEventListener';
    document[change]('pointerdown', this.#onPointer);
    window[change]('resize', this.#place);
    window[change]('scroll', this.#place, { capture: true, passive: true } as AddEventListenerOptions);
  }

  /** Without its ways until its script is there. */
  get #list(): (Element & Partial<Pick<CarillonPanel, 'shows' | 'heed'>>) | null | undefined {
    return this.panel?.querySelector('carillon-panel');
  }

  /** @internal */
  shows(id: string | undefined): boolean {
    return this.#list?.shows?.(id) ?? false;
  }

  /** @internal */
  get panel(): HTMLElement | null | undefined {
    // Before the first rendering there is nothing to look in.
    return (this.renderRoot as ParentNode | undefined)?.querySelector<HTMLElement>('.panel');
  }
}

function isToasts(target: EventTarget): boolean {
  return (target as Element).localName === 'carillon-toasts';
}
