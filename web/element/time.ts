import { html, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { exactTime, type Language, relativeTime } from './language.js';

/** "2 minutes ago" must not stay so for an hour. */
const TICK_MS = 30_000;

/** Renders times relative to now, and renders its host again as they grow old. */
export class Clock implements ReactiveController {
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostConnected(): void {
    this.#timer = setInterval(() => this.host.requestUpdate(), TICK_MS);
  }

  hostDisconnected(): void {
    clearInterval(this.#timer);
  }

  render(language: Language, iso: string): TemplateResult {
    const at = new Date(iso);
    const title = exactTime(language, at);
    return html`<time datetime=${iso} title=${title} dir="auto"
      >${relativeTime(language, at, new Date())}</time
    >`;
  }
}
