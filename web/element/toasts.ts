import { html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Client } from '../client/client.js';
import { safeLink } from '../client/link.js';
import type { Toast } from '../client/wire.js';
import { Announcer } from './announcer.js';
import { bells, CarillonElement } from './base.js';
import { icons } from './icons.js';
import { fill, plural, typeLabel } from './language.js';
import { messageStyles } from './message-styles.js';
import { shared } from './styles.js';
import { toastStyles } from './toast-styles.js';

interface Shown {
  key: number;
  toast: Toast;
}

/** More at once are noise: the oldest give way, and a line says how many there were. */
const AT_ONCE = 4;
/** Long enough to read two lines twice; pointing at one, focusing one or hiding the page stops the clock. */
const DEFAULT_DURATION_MS = 8_000;
const TICK_MS = 250;

/**
 * Shows what arrives, for a while. What goes wrong stays until it is dismissed. Of several tabs, one shows it. F8
 * takes the focus to the newest one, Escape dismisses the one that has it.
 *
 * @fires carillon-open a toast was opened: `detail` is `{ toast }`. Preventing its default prevents following the link.
 */
export class CarillonToasts extends CarillonElement {
  static override styles = [shared, messageStyles, toastStyles];
  static override properties: PropertyDeclarations = {
    duration: { type: Number },
    position: { reflect: true, useDefault: true },
    shown: { state: true },
    dropped: { state: true },
  };

  /** Milliseconds for which one is shown; 0 shows it until it is dismissed. */
  declare duration: number;
  declare position: 'top-start' | 'top-end' | 'bottom-start' | 'bottom-end';
  declare private shown: Shown[];
  declare private dropped: number;
  readonly #announcer = new Announcer(this);
  readonly #left = new Map<number, number>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #paused = false;
  #keys = 0;
  #before: HTMLElement | undefined;

  constructor() {
    super();
    this.duration = DEFAULT_DURATION_MS;
    this.position = 'bottom-end';
    this.shown = [];
    this.dropped = 0;
  }

  /** Shows one that does not come from the server. */
  show(toast: Toast): void {
    const key = ++this.#keys;
    const all = [...this.shown, { key, toast }];
    this.shown = all.slice(-AT_ONCE);
    this.dropped += all.length - this.shown.length;
    if (this.duration > 0 && toast.level !== 'error') this.#left.set(key, this.duration);
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
    const words = [this.language.texts.levels[toast.level], toast.title, toast.body]
      .filter(Boolean)
      .join('. ');
    this.#announcer.say(words, toast.level === 'error');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('keydown', this.#onHotkey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('keydown', this.#onHotkey);
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  protected override attach(client: Client): () => void {
    return client.store.onToastShown((toast) => this.show(toast));
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has('shown')) return;
    const stack = this.renderRoot.querySelector<HTMLElement>('.stack');
    if (!stack) return;
    const panels = [...bells].flatMap(({ panel }) => panel ?? []);
    if (this.shown.length > 0 !== stack.matches(':popover-open')) {
      // In the top layer: a dialog or a sticky header of the page must not cover it. An open panel may, on a window
      // that is too narrow for both: it shows the same, and its buttons stay within reach.
      stack.togglePopover();
      for (const panel of panels) {
        panel.hidePopover();
        panel.showPopover();
      }
    }
    stack.classList.remove('aside');
    if (panels.some((panel) => overlaps(panel, stack))) stack.classList.add('aside');
  }

  protected override render(): TemplateResult {
    const { texts } = this.language;
    return html`<section
        class="stack"
        part="stack"
        popover="manual"
        aria-label=${texts.newNotifications}
        @pointerenter=${() => (this.#paused = true)}
        @pointerleave=${() => (this.#paused = false)}
      >
        ${
          this.dropped > 0
            ? html`<p class="dropped">${plural(this.language, texts.moreToasts, this.dropped)}</p>`
            : nothing
        }
        ${repeat(
          this.shown,
          ({ key }) => key,
          (one) => this.#renderToast(one),
        )}
      </section>
      ${this.#announcer.render()}`;
  }

  #renderToast({ key, toast }: Shown): TemplateResult {
    const { texts } = this.language;
    const link = safeLink(toast.link);
    const dismiss = fill(texts.dismiss, { title: toast.title });
    const title = link
      ? html`<a
          href=${link}
          rel="noopener noreferrer"
          @click=${(event: Event) => this.#open(event, key, toast)}
          >${toast.title}</a
        >`
      : toast.title;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') this.#dismiss(key);
    };
    return html`<div
      class="toast ${toast.level}"
      part="toast toast-${toast.level}"
      data-key=${key}
      @keydown=${onKey}
    >
      <span class="level ${toast.level}"
        >${icons[toast.level]}<span class="sr">${texts.levels[toast.level]}</span></span
      >
      <div class="words">
        <p class="title" part="toast-title" dir="auto">${title}</p>
        ${toast.body ? html`<p class="body" part="toast-body" dir="auto">${toast.body}</p>` : nothing}
        <p class="meta">${typeLabel(this.language, toast.type)}</p>
      </div>
      <button class="icon" aria-label=${dismiss} title=${dismiss} @click=${() => this.#dismiss(key)}>
        ${icons.close}
      </button>
    </div>`;
  }

  #open(event: Event, key: number, toast: Toast): void {
    const init = { detail: { toast }, bubbles: true, composed: true, cancelable: true };
    if (!this.dispatchEvent(new CustomEvent('carillon-open', init))) event.preventDefault();
    const id = toast.notification_id;
    // A failure leaves it unread in the inbox, which is where it is seen.
    if (id) void this.bound?.store.markRead(id).catch(() => undefined);
    this.#dismiss(key);
  }

  /** The focus goes to the next toast, and from the last one back to where it came from, or to the bell if that is gone. */
  #dismiss(key: number): void {
    const hadFocus = this.renderRoot.querySelector(`[data-key="${key}"]`)?.matches(':focus-within') ?? false;
    this.#drop(key);
    if (!hadFocus) return;
    void this.updateComplete.then(() => {
      const next = [...this.renderRoot.querySelectorAll<HTMLElement>('.toast button')].at(-1);
      const bell = [...bells].find(({ store }) => store === this.store);
      (next ?? (this.#before?.isConnected ? this.#before : bell))?.focus();
    });
  }

  #drop(key: number): void {
    this.#left.delete(key);
    this.shown = this.shown.filter((one) => one.key !== key);
    if (this.shown.length > 0) return;
    this.dropped = 0;
    this.#paused = false;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    const focused = this.renderRoot.querySelector('.stack:focus-within') !== null;
    if (this.#paused || focused || document.hidden) return;
    for (const [key, left] of this.#left) {
      if (left <= TICK_MS) this.#drop(key);
      else this.#left.set(key, left - TICK_MS);
    }
  }

  readonly #onHotkey = (event: KeyboardEvent): void => {
    const newest = [...this.renderRoot.querySelectorAll<HTMLElement>('.toast')].at(-1);
    if (event.key !== 'F8' || !newest) return;
    event.preventDefault();
    this.#before = focusedElement();
    newest.querySelector<HTMLElement>('a, button')?.focus();
  };
}

/** Whether one stands above the other, now or when more has come. */
function overlaps(one: Element, other: Element): boolean {
  const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
  return a.left < b.right && b.left < a.right;
}

/** What has the focus, inside of shadow roots too: their hosts cannot take it back for them. */
function focusedElement(): HTMLElement | undefined {
  let { activeElement } = document;
  while (activeElement?.shadowRoot?.activeElement) ({ activeElement } = activeElement.shadowRoot);
  return activeElement instanceof HTMLElement ? activeElement : undefined;
}
