import { html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Client } from '../client/client.js';
import type { Webhook } from '../client/wire.js';
import { Announcer } from './announcer.js';
import { confirmDialog, openConfirm, type Question } from './confirm.js';
import { editIcon, icons } from './icons.js';
import { fill } from './language.js';
import { SettingsElement } from './settings-element.js';
import { shared } from './styles.js';
import { type FormState, formValues, webhookForm } from './webhook-form.js';
import { closeModal, openModal } from './top-layer.js';
import { webhookStyles } from './webhook-styles.js';

/** The user's webhooks: add, change, test, switch off, delete, and see what was sent. */
export class CarillonWebhooks extends SettingsElement {
  static override styles = [shared, webhookStyles];
  static override properties: PropertyDeclarations = {
    webhooks: { state: true },
    events: { state: true },
    failed: { state: true },
    form: { state: true },
    question: { state: true },
    secrets: { state: true },
    notes: { state: true },
    opened: { state: true },
  };

  declare private webhooks: Webhook[] | undefined;
  declare private events: string[];
  declare private failed: boolean;
  declare private form: FormState | undefined;
  declare private question: Question | undefined;
  /** Secrets that were just made, by webhook: they are known only here, and only now. */
  declare private secrets: Record<string, string>;
  /** What a test or an action of a webhook came to. */
  declare private notes: Record<string, { text: string; failed: boolean } | undefined>;
  declare private opened: string | undefined;
  readonly #announcer = new Announcer(this);

  constructor() {
    super();
    this.events = [];
    this.secrets = {};
    this.notes = {};
    this.failed = false;
  }

  override async refresh(): Promise<void> {
    if (this.bound) await this.#load(this.bound);
  }

  protected override forget(): void {
    this.webhooks = this.form = this.question = this.opened = undefined;
    this.secrets = {};
    this.notes = {};
    this.failed = false;
    this.#announcer.silence();
    for (const dialog of this.renderRoot.querySelectorAll('dialog')) dialog.close();
  }

  protected override updated(changed: PropertyValues): void {
    if (this.question && changed.has('question')) openConfirm(this.renderRoot);
    // Only as it appears: between its closing and the event that says so, something else may be rendered.
    if (!this.form || !changed.has('form') || changed.get('form')) return;
    openModal(this.renderRoot.querySelector<HTMLDialogElement>('dialog.form'));
  }

  protected override render(): TemplateResult {
    const { texts } = this.language;
    return html`<div class="intro" part="header">
        <div>
          <h2>${texts.webhooks}</h2>
          <p class="muted">${texts.webhooksHint}</p>
        </div>
        <button class="solid add" @click=${() => this.#edit(undefined)}>${texts.addWebhook}</button>
      </div>
      ${this.#list()} ${this.#announcer.render()} ${confirmDialog(this.question, texts)}
      ${webhookForm(this.form, this.events, texts, {
        change: (patch) => this.form && (this.form = { ...this.form, ...patch }),
        submit: (event) => void this.#submit(event),
        close: () => (this.form = undefined),
      })}`;
  }

  #list(): unknown {
    const { texts } = this.language;
    if (this.failed) {
      return html`<div class="state" role="alert">
        ${icons.error}<strong>${texts.loadFailed}</strong>
        <button class="text" @click=${() => void this.refresh()}>${texts.retry}</button>
      </div>`;
    }
    if (!this.webhooks) return html`<p class="state muted" role="status">${texts.loading}</p>`;
    if (this.webhooks.length === 0) return html`<p class="hook muted">${texts.noWebhooks}</p>`;
    return repeat(
      this.webhooks,
      ({ id }) => id,
      (webhook) => this.#webhook(webhook),
    );
  }

  #webhook(webhook: Webhook): TemplateResult {
    const { texts } = this.language;
    const { id, name, enabled } = webhook;
    const note = this.notes[id];
    const events = webhook.events.includes('*') ? texts.allEvents : webhook.events.join(', ');
    const edit = fill(texts.edit, { name });
    const remove = fill(texts.remove, { title: name });
    const open = this.opened === id;
    return html`<section class="hook" part="webhook" aria-label=${name} data-id=${id}>
      <div class="head">
        <h3 dir="auto">${name}</h3>
        <span class="tag">${texts.kinds[webhook.kind] ?? webhook.kind}</span>
        <span class="tag ${enabled ? 'on' : 'off'}">${enabled ? texts.active : texts.disabled}</span>
      </div>
      <p class="where">${webhook.url} · ${events}</p>
      ${webhook.disabled_reason ? html`<p class="problem">${webhook.disabled_reason}</p>` : nothing}
      ${this.#secret(id)}
      ${note ? html`<p class=${note.failed ? 'problem' : 'where'}>${note.text}</p>` : nothing}
      <div class="tools">
        <button class="text" @click=${() => void this.#test(webhook)}>${texts.test}</button>
        <button class="text" aria-expanded=${open} @click=${() => (this.opened = open ? undefined : id)}>
          ${texts.deliveries}
        </button>
        <button class="text" @click=${() => void this.#change(webhook, { enabled: !enabled })}>
          ${enabled ? texts.disable : texts.enable}
        </button>
        ${
          webhook.kind === 'generic'
            ? html`<button class="text" @click=${() => void this.#rotate(webhook)}>${texts.rotate}</button>`
            : nothing
        }
        <button class="icon" aria-label=${edit} title=${edit} @click=${() => this.#edit(webhook)}>
          ${editIcon}
        </button>
        <button class="icon" aria-label=${remove} title=${remove} @click=${() => this.#askRemove(webhook)}>
          ${icons.bin}
        </button>
      </div>
      ${
        open
          ? html`<carillon-deliveries
              .client=${this.bound}
              .texts=${this.texts}
              lang=${this.language.locale}
              theme=${this.theme ?? nothing}
              webhook=${id}
            ></carillon-deliveries>`
          : nothing
      }
    </section>`;
  }

  #secret(id: string): TemplateResult | typeof nothing {
    const { texts } = this.language;
    const secret = this.secrets[id];
    if (!secret) return nothing;
    const copy = async (): Promise<void> => {
      // Not to be had on plain http, and not everywhere else either: it can be selected.
      const copied = await navigator.clipboard?.writeText(secret).then(
        () => true,
        () => false,
      );
      if (copied) this.#announcer.say(texts.copied);
    };
    return html`<div class="secret">
      <strong>${texts.secret}</strong> <code>${secret}</code>
      <button class="text" @click=${() => void copy()}>${texts.copy}</button>
      <span class="muted">${texts.secretHint}</span>
    </div>`;
  }

  #edit(webhook: Webhook | undefined): void {
    const allEvents = webhook === undefined || webhook.events.includes('*');
    this.form = { webhook, kind: webhook?.kind ?? 'generic', allEvents, error: undefined };
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const { form, bound: client } = this;
    if (!form || !client) return;
    const values = formValues(event.target as HTMLFormElement, form);
    try {
      const saved = form.webhook
        ? await client.webhooks.update(form.webhook.id, values)
        : await client.webhooks.create(values);
      this.#keep(saved);
      closeModal(this.renderRoot.querySelector<HTMLDialogElement>('dialog.form'));
      this.#announcer.say(this.language.texts.saved);
    } catch (error) {
      // Said inside the dialog; what was filled in stays.
      if (this.form) this.form = { ...this.form, error };
    }
  }

  async #test(webhook: Webhook): Promise<void> {
    const { texts } = this.language;
    await this.#try(webhook, async (client) => {
      const result = await client.webhooks.test(webhook.id);
      const reason = [result.error, result.excerpt].filter(Boolean).join(' — ');
      const text = result.delivered
        ? fill(texts.testDelivered, { n: `${result.response_status}, ${result.duration_ms} ms` })
        : fill(texts.testFailed, { name: reason });
      this.#note(webhook.id, text, !result.delivered);
    });
  }

  #rotate(webhook: Webhook): Promise<void> {
    return this.#try(webhook, async (client) => this.#keep(await client.webhooks.rotateSecret(webhook.id)));
  }

  #change(webhook: Webhook, patch: { enabled: boolean }): Promise<void> {
    return this.#try(webhook, async (client) => this.#keep(await client.webhooks.update(webhook.id, patch)));
  }

  #askRemove(webhook: Webhook): void {
    const { texts } = this.language;
    const { id, name } = webhook;
    const remove = async (client: Client): Promise<void> => {
      await client.webhooks.delete(id);
      this.webhooks = this.webhooks?.filter((one) => one.id !== id);
      this.#announcer.say(fill(texts.webhookRemoved, { name }));
      // The button that had the focus went with its webhook.
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>('.add')?.focus();
    };
    this.question = {
      title: fill(texts.removeWebhook, { name }),
      body: texts.removeWebhookBody,
      action: texts.removeIt,
      run: () => void this.#try(webhook, remove),
    };
  }

  async #try(webhook: Webhook, action: (client: Client) => Promise<void>): Promise<void> {
    this.notes = { ...this.notes, [webhook.id]: undefined };
    const { turn } = this;
    try {
      if (this.bound) await action(this.bound);
    } catch (error) {
      if (turn === this.turn)
        this.#note(
          webhook.id,
          error instanceof Error ? error.message : this.language.texts.actionFailed,
          true,
        );
    }
  }

  #note(id: string, text: string, failed: boolean): void {
    this.notes = { ...this.notes, [id]: { text, failed } };
    this.#announcer.say(text, failed);
  }

  #keep(webhook: Webhook): void {
    const known = this.webhooks ?? [];
    const { id, secret } = webhook;
    const isNew = !known.some((one) => one.id === id);
    this.webhooks = isNew ? [...known, webhook] : known.map((one) => (one.id === id ? webhook : one));
    if (secret) this.secrets = { ...this.secrets, [id]: secret };
  }

  async #load(client: Client): Promise<void> {
    const { turn } = this;
    try {
      const [webhooks, { types }] = await Promise.all([client.webhooks.list(), client.catalogue()]);
      if (turn !== this.turn) return;
      this.webhooks = webhooks;
      this.events = [...new Set(types.flatMap(({ webhook_event }) => webhook_event ?? []))].sort();
      this.failed = false;
    } catch {
      // What is shown already is better than an error.
      if (turn === this.turn && !this.webhooks) this.failed = true;
    }
  }
}
