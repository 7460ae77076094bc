import { css, html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import type { Client } from '../client/client.js';
import type { Delivery } from '../client/wire.js';
import { Announcer } from './announcer.js';
import { fill, plural } from './language.js';
import { SettingsElement } from './settings-element.js';
import { shared } from './styles.js';
import { Clock } from './time.js';
import { webhookStyles } from './webhook-styles.js';

/** What there is nothing to send again of: it is going to be sent, or has been withdrawn. */
const NOT_AGAIN: Delivery['status'][] = ['pending', 'cancelled'];

/** While something is pending, its outcome is seconds away. */
const LOOK_AGAIN_MS = 3_000;

/** What was sent to one webhook: a part of `<carillon-webhooks>`. */
export class CarillonDeliveries extends SettingsElement {
  static override styles = [
    shared,
    webhookStyles,
    css`
      :host {
        border-radius: 12px;
        background: var(--raised);
      }
      li {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.25rem 0.75rem;
        padding: 0.375rem 0.875rem;
        min-block-size: 44px;
        font-size: 0.8125rem;
      }
      li + li {
        border-block-start: 1px solid var(--line);
      }
      .what {
        flex: 1;
        min-inline-size: 10rem;
      }
      .why {
        color: var(--error);
        overflow-wrap: anywhere;
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    webhook: {},
    items: { state: true },
    cursor: { state: true },
    failed: { state: true },
  };

  /** The id of the webhook. */
  declare webhook: string;
  declare private items: Delivery[] | undefined;
  declare private cursor: string | null;
  declare private failed: boolean;
  readonly #clock = new Clock(this);
  readonly #announcer = new Announcer(this);
  #timer: ReturnType<typeof setTimeout> | undefined;

  override async refresh(): Promise<void> {
    if (this.bound) await this.#load(this.bound);
  }

  protected override forget(): void {
    clearTimeout(this.#timer);
    this.items = undefined;
    this.cursor = null;
    this.failed = false;
    this.#announcer.silence();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (this.hasUpdated && changed.has('webhook') && this.bound) void this.#load(this.bound);
  }

  protected override render(): TemplateResult {
    const { texts } = this.language;
    if (this.failed) {
      return html`<p class="state" role="alert">
        ${texts.loadFailed}
        <button class="text" @click=${() => this.bound && void this.#load(this.bound)}>${texts.retry}</button>
      </p>`;
    }
    if (!this.items) return html`<p class="state muted" role="status">${texts.loading}</p>`;
    if (this.items.length === 0) return html`<p class="state muted">${texts.noDeliveries}</p>`;
    return html`<ul role="list" aria-label=${texts.deliveries}>
        ${this.items.map((item) => this.#item(item))}
      </ul>
      ${
        this.cursor
          ? html`<button class="text" @click=${() => void this.#more()}>${texts.loadMore}</button>`
          : nothing
      }
      ${this.#announcer.render()}`;
  }

  #item(item: Delivery): TemplateResult {
    const { texts } = this.language;
    const next = item.next_attempt_at && item.status === 'pending' && item.attempts > 0;
    const why = [item.response_status, item.error].filter(Boolean).join(' · ');
    return html`<li>
      <span class="tag ${item.status}">${texts.deliveryStates[item.status]}</span>
      <span class="what">
        <strong>${item.event}</strong>
        <span class="muted">
          ${this.#clock.render(this.language, item.created_at)} ·
          ${plural(this.language, texts.attempts, item.attempts)}
          ${next ? html`· ${this.#next(item.next_attempt_at ?? '')}` : nothing}
        </span>
        ${item.status !== 'delivered' && why ? html`<br /><span class="why">${why}</span>` : nothing}
      </span>
      ${
        NOT_AGAIN.includes(item.status)
          ? nothing
          : html`<button class="text" @click=${() => void this.#redeliver(item)}>${texts.redeliver}</button>`
      }
    </li>`;
  }

  #next(at: string): TemplateResult {
    const [before, after] = fill(this.language.texts.nextAttempt, { name: '\n' }).split('\n');
    return html`${before}${this.#clock.render(this.language, at)}${after}`;
  }

  async #redeliver(item: Delivery): Promise<void> {
    const client = this.bound;
    if (!client) return;
    try {
      await client.webhooks.redeliver(this.webhook, item.id);
      this.#announcer.say(this.language.texts.redelivered);
      await this.#load(client);
    } catch {
      this.#announcer.say(this.language.texts.actionFailed, true);
    }
  }

  async #load(client: Client): Promise<void> {
    clearTimeout(this.#timer);
    const { turn } = this;
    try {
      const page = await client.webhooks.deliveries(this.webhook);
      if (turn !== this.turn) return;
      this.items = page.deliveries;
      this.cursor = page.cursor;
      this.failed = false;
      const pending = page.deliveries.some(({ status }) => status === 'pending');
      if (pending) this.#timer = setTimeout(() => void this.#load(client), LOOK_AGAIN_MS);
    } catch {
      if (turn === this.turn) this.failed = true;
    }
  }

  async #more(): Promise<void> {
    const { turn } = this;
    // Otherwise the next look would take the longer list away again.
    clearTimeout(this.#timer);
    const page = await this.bound?.webhooks
      .deliveries(this.webhook, { cursor: this.cursor ?? undefined })
      .catch(() => undefined);
    if (turn !== this.turn) return;
    if (!page) return this.#announcer.say(this.language.texts.loadFailed, true);
    this.items = [...(this.items ?? []), ...page.deliveries];
    this.cursor = page.cursor;
  }
}
