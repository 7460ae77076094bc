import {
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  render,
  type TemplateResult,
} from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Client } from '../client/client.js';
import { isVisible } from '../client/page.js';
import type { Toast } from '../client/wire.js';
import { Announcer } from './announcer.js';
import { bells, CarillonElement } from './base.js';
import { plural } from './language.js';
import { messageStyles } from './message-styles.js';
import { shared } from './styles.js';
import { type Shown, toastCard, type ToastActions } from './toast.js';
import { findRoom } from './toast-place.js';
import { toastStyles } from './toast-styles.js';
import { focusedElement, placeFor, raise } from './top-layer.js';

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
    duration: { type: Number, useDefault: true },
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
  /** Draws them where this element's own place is of no use, and does nothing else. */
  #standIn: CarillonToasts | undefined;
  #standsInFor: CarillonToasts | undefined;
  /** Whether something else came in front. */
  #behind = false;
  #isOver = false;

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
    if (!this.#standsInFor) this.#listen(true);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#listen(false);
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#moveTo(undefined);
    // Gone with what it stood in.
    this.#standsInFor?.requestUpdate();
  }

  protected override forget(): void {
    for (const { key } of this.shown) this.#drop(key);
    this.#announcer.silence();
  }

  protected override attach(client: Client): () => void {
    return client.store.onToastShown((toast) => this.show(toast));
  }

  protected override shouldUpdate(): boolean {
    return this.#standsInFor === undefined;
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    this.#moveTo(this.isConnected && this.shown.length > 0 ? placeFor(this) : undefined);
  }

  protected override updated(changed: PropertyValues): void {
    const stack = this.renderRoot.querySelector<HTMLElement>('.stack');
    if (!stack) return;
    if (this.#behind || changed.has('shown')) raise(stack, this.shown.length > 0);
    this.#behind = false;
    if (this.shown.length > 0) this.#makeRoom(stack);
  }

  /** Tools that look into the element find the toasts where they are. */
  override get shadowRoot() {
    return (this.renderRoot as ShadowRoot | undefined) ?? super.shadowRoot;
  }

  protected override render(): TemplateResult {
    const { texts } = this.language;
    return html`<section
        class="stack"
        part="stack"
        popover="manual"
        ?hidden=${this.shown.length === 0}
        aria-label=${texts.newNotifications}
        @pointerdown=${this.#onPress}
        @mousedown=${this.#onPress}
        @click=${this.#onPress}
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
          (one) => toastCard(one, this.language, this.#actions),
        )}
      </section>
      ${this.#announcer.render()}`;
  }

  readonly #actions: ToastActions = {
    open: (event, shown) => this.#open(event, shown),
    dismiss: (key) => this.#dismiss(key),
  };

  #open(event: Event, { key, toast }: Shown): void {
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

  /** A stand-in leaves the element itself where the page, and the framework that made it, has put it. */
  #moveTo(place: Node | undefined): void {
    const before = this.#standIn;
    if (before?.parentNode === place && before?.isConnected !== false) return;
    render(nothing, this.renderRoot, this.renderOptions);
    this.#standIn = undefined;
    before?.remove();
    const next = place && (this.cloneNode() as CarillonToasts);
    if (next) {
      next.#standsInFor = this;
      next.removeAttribute('id');
      next.dir = getComputedStyle(this).direction;
      place.appendChild(next);
      place.addEventListener('close', () => this.requestUpdate(), { once: true });
    }
    this.#standIn = next;
    (this as { renderRoot: ParentNode }).renderRoot = next?.renderRoot ?? (super.shadowRoot as ShadowRoot);
    this.#behind = true;
    this.#paused = false;
  }

  /** Beside an open panel; where there is no room, at the top, before it and without what it shows itself. */
  #makeRoom(stack: HTMLElement): void {
    const open = [...bells].filter(({ panel }) => panel);
    const isRoom = findRoom(
      stack,
      open.flatMap(({ panel }) => panel ?? []),
    );
    if (!isRoom) {
      const bell = open.find(({ store }) => store === this.store);
      for (const { key, toast } of this.shown) if (bell?.shows(toast.notification_id)) this.#drop(key);
      if (!this.#isOver) raise(stack);
    }
    this.#isOver = !isRoom;
  }

  #tick(): void {
    if (!isVisible()) return;
    // The page may have opened or closed something.
    this.requestUpdate();
    for (const { key, toast } of this.shown) if (this.store?.isLeftOut(toast)) this.#drop(key);
    if (this.#paused || this.renderRoot.querySelector('.stack:focus-within')) return;
    for (const [key, left] of this.#left) {
      if (left <= TICK_MS) this.#drop(key);
      else this.#left.set(key, left - TICK_MS);
    }
  }

  /** Dialogs take what happens outside of their box as leaving them; a link is followed by whoever follows links. */
  readonly #onPress = (event: Event): void => {
    this.#keepFocus();
    const isLink = event.type === 'click' && (event.target as Element).closest('a');
    if (this.#standIn && !isLink) event.stopPropagation();
  };

  /** What the focus comes from is where it returns to. */
  #keepFocus(): void {
    const focused = focusedElement();
    if (focused && !this.renderRoot.contains(focused)) this.#before = focused;
  }

  #listen(start: boolean): void {
    const change = start ? 'addEventListener' : 'removeEventListener';
    // Dialogs keep their keys to themselves.
    document[change]('keydown', this.#onHotkey as EventListener, true);
    document[change]('toggle', this.#onTop, true);
    document[change]('fullscreenchange', this.#onTop);
  }

  readonly #onTop = (): void => {
    this.#behind = this.shown.length > 0;
    this.requestUpdate();
  };

  readonly #onHotkey = (event: KeyboardEvent): void => {
    const newest = [...this.renderRoot.querySelectorAll<HTMLElement>('.toast')].at(-1);
    if (event.key !== 'F8' || !newest) return;
    event.preventDefault();
    this.#keepFocus();
    newest.querySelector<HTMLElement>('a, button')?.focus();
  };
}
