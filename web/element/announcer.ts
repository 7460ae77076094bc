import { html, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';

/** Long enough for a screen reader to notice that a text went and came, so that the same one is spoken twice. */
const GAP_MS = 100;
/** After that it is out of the way of a reader who walks through the page. */
const KEEP_MS = 6_000;

/** A live region that speaks each thing once. It is there before it speaks: others are not heard. */
export class Announcer implements ReactiveController {
  #text = '';
  #urgent = '';
  #waiting: string[] = [];
  #interrupts = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostDisconnected(): void {
    this.silence();
  }

  /** Takes back what is said and what waits to be. */
  silence(): void {
    clearTimeout(this.#timer);
    this.#waiting = [];
    this.#put('', '');
  }

  /** @param urgent interrupts what is being spoken */
  say(text: string, urgent = false): void {
    this.#waiting.push(text);
    this.#interrupts ||= urgent;
    if (this.#waiting.length > 1) return;
    this.#put('', '');
    this.#after(GAP_MS, () => this.#speak());
  }

  render(): TemplateResult {
    return html`<div class="sr" role="status">${this.#text}</div>
      <div class="sr" role="alert">${this.#urgent}</div>`;
  }

  /** Everything that came together is spoken together. */
  #speak(): void {
    const text = this.#waiting.join('. ');
    if (this.#interrupts) this.#put('', text);
    else this.#put(text, '');
    this.#waiting = [];
    this.#interrupts = false;
    this.#after(KEEP_MS, () => this.#put('', ''));
  }

  #after(ms: number, run: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(run, ms);
  }

  #put(text: string, urgent: string): void {
    this.#text = text;
    this.#urgent = urgent;
    this.host.requestUpdate();
  }
}
