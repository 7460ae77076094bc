import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { Client } from '../client/client.js';
import { isSignedOut } from '../client/http.js';
import type { Channel, NotificationType, Preferences } from '../client/wire.js';
import { Announcer } from './announcer.js';
import { define } from './define.js';
import { icons } from './icons.js';
import { typeLabel } from './language.js';
import { SettingsElement } from './settings-element.js';
import { shared } from './styles.js';
import { switchStyles } from './switch-styles.js';

const CHANNELS: readonly Channel[] = ['in_app', 'toast', 'webhook'];

/** Which kinds of notifications reach the user over which channel: a table of switches, saved as they are flipped. */
class CarillonPreferences extends SettingsElement {
  static override styles = [
    shared,
    switchStyles,
    css`
      :host {
        display: block;
        container-type: inline-size;
        background: var(--bg);
      }
      .intro {
        padding: 1.25rem 1.25rem 0.75rem;
      }
      table {
        inline-size: 100%;
        border-collapse: collapse;
      }
      th,
      td {
        padding: 0.25rem 0.5rem;
        text-align: center;
        font-weight: 400;
      }
      tbody tr {
        border-block-start: 1px solid var(--line);
      }
      thead th {
        color: var(--muted);
        font-size: 0.8125rem;
        font-weight: 550;
        padding-block: 0.5rem;
      }
      th:first-child {
        padding-inline-start: 1.25rem;
        text-align: start;
        inline-size: 55%;
      }
      td:last-child,
      th:last-child {
        padding-inline-end: 1.25rem;
      }
      tbody th strong {
        display: block;
        font-weight: 600;
      }
      tbody th {
        padding-block: 0.625rem;
        overflow-wrap: anywhere;
      }
      tbody tr:hover {
        background: var(--raised);
      }
      .what,
      .name,
      .fixed {
        font-size: 0.8125rem;
        color: var(--muted);
      }
      .name {
        display: none;
      }
      /* A column for each channel has no room: they stand below what they are for, each with its name. */
      @container (max-width: 26rem) {
        table,
        tbody {
          display: block;
        }
        thead {
          position: absolute;
          clip-path: inset(50%);
        }
        tbody tr {
          display: grid;
          grid-template-columns: repeat(3, 1fr);
          padding: 0.75rem 1.25rem 0.375rem;
        }
        tbody th:first-child,
        td,
        td:last-child {
          display: block;
          inline-size: auto;
          padding: 0;
          text-align: start;
        }
        tbody th {
          grid-column: 1 / -1;
        }
        td .switch {
          flex-direction: column;
          align-items: flex-start;
          justify-content: flex-start;
          gap: 0.125rem;
          inline-size: 100%;
          block-size: 52px;
        }
        .name {
          display: block;
          order: -1;
          margin-block-start: 0.25rem;
        }
        .fixed {
          color: var(--text);
        }
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    types: { state: true },
    settings: { state: true },
    error: { state: true },
    failed: { state: true },
  };

  declare private types: NotificationType[];
  declare private settings: Preferences | undefined;
  declare private error: unknown;
  declare private failed: boolean;
  readonly #announcer = new Announcer(this);
  /** One call at a time, so that of two flips of a switch the last one wins. */
  #calls: Promise<void> = Promise.resolve();
  /** Flips that have not been answered. */
  #waiting = 0;

  constructor() {
    super();
    this.types = [];
    this.failed = false;
  }

  override async refresh(): Promise<void> {
    if (this.bound) await this.#load(this.bound);
  }

  protected override forget(): void {
    this.settings = this.error = undefined;
    this.failed = false;
    this.#announcer.silence();
  }

  protected override render(): TemplateResult {
    const { texts } = this.language;
    return html`<div class="intro" part="header">
        <h2 id="heading">${texts.preferences}</h2>
        <p class="muted">${texts.preferencesHint}</p>
      </div>
      ${this.failed ? html`<p class="notice failed"><span>${texts.actionFailed}</span></p>` : ''}
      ${this.#body()} ${this.#announcer.render()}`;
  }

  #body(): TemplateResult {
    const { texts } = this.language;
    if (this.error !== undefined) {
      return html`<div class="state" role="alert">
        ${icons.error}<strong>${isSignedOut(this.error) ? texts.signedOut : texts.loadFailed}</strong>
        <button class="text" @click=${() => void this.refresh()}>${texts.retry}</button>
      </div>`;
    }
    const { settings } = this;
    if (!settings) return html`<p class="state muted" role="status">${texts.loading}</p>`;
    // The roles say again what the tags do: a table that is laid out as something else is none to every browser.
    return html`<table part="table" role="table" aria-labelledby="heading">
      <thead role="rowgroup">
        <tr role="row">
          <th scope="col" role="columnheader">${texts.type}</th>
          ${CHANNELS.map((channel) => html`<th scope="col" role="columnheader">${texts.channels[channel]}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${this.types.map((type) => this.#row(type, settings))}
      </tbody>
    </table>`;
  }

  #row(type: NotificationType, settings: Preferences): TemplateResult {
    const { texts } = this.language;
    const name = typeLabel(this.language, type.key);
    const what = texts.descriptions[type.key] ?? type.description;
    return html`<tr part="row" role="row">
      <th scope="row" role="rowheader">
        <strong>${name}</strong>
        ${what === name ? nothing : html`<span class="what" part="description">${what}</span>`}
      </th>
      ${CHANNELS.map((channel) => html`<td role="cell">${this.#cell(type, channel, settings)}</td>`)}
    </tr>`;
  }

  #cell(type: NotificationType, channel: Channel, settings: Preferences): TemplateResult {
    const { texts } = this.language;
    const on = settings[type.key]?.[channel] ?? type.channels[channel];
    const name = html`<span class="name" aria-hidden="true">${texts.channels[channel]}</span>`;
    if (channel === 'webhook' && type.webhook_event === null)
      return html`${name}<span class="fixed">${texts.noWebhook}</span>`;
    if (!type.mutable && on) return html`${name}<span class="fixed">${texts.alwaysOn}</span>`;
    return html`<label class="switch"
      ><input
        type="checkbox"
        role="switch"
        .checked=${on}
        aria-label="${typeLabel(this.language, type.key)}: ${texts.channels[channel]}"
        @change=${(event: Event) => void this.#set(type.key, channel, (event.target as HTMLInputElement).checked)}
      /><i></i>${name}</label
    >`;
  }

  async #set(type: string, channel: Channel, on: boolean): Promise<void> {
    const { bound: client, settings } = this;
    if (!client || !settings) return;
    this.failed = false;
    this.#put(type, channel, on);
    this.#waiting++;
    await this.#inTurn(async (isOver) => {
      try {
        await client.preferences.update({ [type]: { [channel]: on } });
        if (!isOver()) this.#announcer.say(this.language.texts.saved);
      } catch {
        if (isOver()) return;
        this.#put(type, channel, !on);
        this.failed = true;
        this.#announcer.say(this.language.texts.actionFailed, true);
        // Another flip of the same switch may have failed before.
        void this.#load(client);
      }
    });
    this.#waiting--;
  }

  /** @param call is not made when another user has come until it is its turn, and may come while it is made */
  #inTurn(call: (isOver: () => boolean) => Promise<void>): Promise<void> {
    const { turn } = this;
    const isOver = (): boolean => turn !== this.turn;
    return (this.#calls = this.#calls.then(() => (isOver() ? undefined : call(isOver))));
  }

  /** One switch only: another that was flipped meanwhile is not undone by this one's answer. */
  #put(type: string, channel: Channel, on: boolean): void {
    const before = this.settings?.[type];
    if (before) this.settings = { ...this.settings, [type]: { ...before, [channel]: on } };
  }

  #load(client: Client): Promise<void> {
    return this.#inTurn(async (isOver) => {
      try {
        const [types, settings] = await Promise.all([client.types(), client.preferences.get()]);
        if (isOver()) return;
        this.types = types;
        this.error = undefined;
        // A switch that was flipped meanwhile is ahead of the answer.
        if (this.#waiting === 0) this.settings = settings;
      } catch (error) {
        // What is shown already is better than an error.
        if (!this.settings && !isOver()) this.error = error;
      }
    });
  }
}

define('carillon-preferences', CarillonPreferences);
