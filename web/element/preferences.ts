import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { Client } from '../client/client.js';
import { isSignedOut } from '../client/http.js';
import type { Catalogue, Channel, NotificationType, Preferences, PreferencesPatch } from '../client/wire.js';
import { Announcer } from './announcer.js';
import { define } from './define.js';
import { icons } from './icons.js';
import { typeLabel } from './language.js';
import { preferencesStyles } from './preferences-styles.js';
import { SettingsElement } from './settings-element.js';
import { shared } from './styles.js';
import { switchStyles } from './switch-styles.js';

/** More of them need a wider page for a column each. */
const FEW_CHANNELS = 3;

type Settings = Record<string, boolean | null>;

/** Which kinds of notifications reach the user over which channel: a table of switches, saved as they are flipped. */
class CarillonPreferences extends SettingsElement {
  static override styles = [shared, switchStyles, preferencesStyles];
  static override properties: PropertyDeclarations = {
    catalogue: { state: true },
    settings: { state: true },
    error: { state: true },
    failed: { state: true },
  };

  declare private catalogue: Catalogue | undefined;
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
    const { catalogue, settings } = this;
    if (!catalogue || !settings) return html`<p class="state muted" role="status">${texts.loading}</p>`;
    const { channels, types } = catalogue;
    // The roles say again what the tags do: a table that is laid out as something else is none to every browser.
    return html`<table
      part="table"
      class=${channels.length > FEW_CHANNELS ? 'many' : nothing}
      role="table"
      aria-labelledby="heading"
    >
      <thead role="rowgroup">
        <tr role="row">
          <th scope="col" role="columnheader">${texts.type}</th>
          ${channels.map((channel) => html`<th scope="col" role="columnheader">${this.#label(channel)}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${this.#everything(channels, settings)} ${types.map((type) => this.#type(type, channels, settings))}
      </tbody>
    </table>`;
  }

  /** The switches of whole channels. On is what holds where nothing is set: off and on again brings that back. */
  #everything(channels: readonly Channel[], settings: Preferences): TemplateResult {
    const { everything, everythingHint } = this.language.texts;
    const cells = channels.map((channel) => {
      const { key } = channel;
      const before = settings.channels[key] ?? null;
      const flip = (on: boolean): void => this.#set({ [key]: on ? null : false }, { [key]: before });
      return this.#switch(everything, channel, before !== false, flip);
    });
    return row('row everything', everything, everythingHint, cells);
  }

  #type(type: NotificationType, channels: readonly Channel[], settings: Preferences): TemplateResult {
    const { texts } = this.language;
    const name = typeLabel(this.language, type.key);
    const what = texts.descriptions[type.key] ?? type.description;
    const cells = channels.map((channel) => {
      const { key } = channel;
      const on = settings.types[type.key]?.[key] ?? type.channels[key] ?? false;
      if (key === 'webhook' && type.webhook_event === null) return this.#fixed(texts.noWebhook, channel);
      if (!type.mutable && on) return this.#fixed(texts.alwaysOn, channel);
      const flip = (to: boolean): void => this.#set({ [key]: to }, { [key]: on }, type.key);
      return this.#switch(name, channel, on, flip);
    });
    return row('row', name, what === name ? undefined : what, cells);
  }

  #fixed(text: string, channel: Channel): TemplateResult {
    return html`${this.#name(channel)}<span class="fixed">${text}</span>`;
  }

  #switch(of: string, channel: Channel, on: boolean, flip: (on: boolean) => void): TemplateResult {
    return html`<label class="switch"
      ><input
        type="checkbox"
        role="switch"
        .checked=${on}
        aria-label="${of}: ${this.#label(channel)}"
        @change=${(event: Event) => flip((event.target as HTMLInputElement).checked)}
      /><i></i>${this.#name(channel)}</label
    >`;
  }

  /** Stands at each switch where there are no columns. */
  #name(channel: Channel): TemplateResult {
    return html`<span class="name" aria-hidden="true">${this.#label(channel)}</span>`;
  }

  #label({ key, label }: Channel): string {
    return this.language.texts.channels[key] ?? label;
  }

  /**
   * @param before what is put back if it cannot be saved
   * @param type without it, whole channels are meant
   */
  #set(settings: Settings, before: Settings, type?: string): void {
    const { bound: client } = this;
    if (!client) return;
    const { texts } = this.language;
    this.failed = false;
    this.#put(settings, type);
    this.#waiting++;
    void this.#inTurn(async (isOver) => {
      try {
        const patch: PreferencesPatch =
          type === undefined ? { channels: settings } : { types: { [type]: settings } };
        const saved = await client.preferences.update(patch);
        if (isOver()) return;
        // The switch of a whole channel flips others. One that was flipped meanwhile is ahead of the answer.
        if (this.#waiting === 1) this.settings = saved;
        this.#announcer.say(texts.saved);
      } catch {
        if (isOver()) return;
        this.#put(before, type);
        this.failed = true;
        this.#announcer.say(texts.actionFailed, true);
        // Another flip of the same switch may have failed before.
        void this.#load(client);
      }
    }).then(() => this.#waiting--);
  }

  /** @param call is not made when another user has come until it is its turn, and may come while it is made */
  #inTurn(call: (isOver: () => boolean) => Promise<void>): Promise<void> {
    const { turn } = this;
    const isOver = (): boolean => turn !== this.turn;
    return (this.#calls = this.#calls.then(() => (isOver() ? undefined : call(isOver))));
  }

  /** These switches only: another that was flipped meanwhile is not undone by the answer of one. */
  #put(settings: Settings, type?: string): void {
    const { settings: shown } = this;
    if (!shown) return;
    const { channels, types } = shown;
    this.settings =
      type === undefined
        ? { types, channels: { ...channels, ...settings } }
        : {
            channels,
            types: { ...types, [type]: { ...types[type], ...(settings as Record<string, boolean>) } },
          };
  }

  #load(client: Client): Promise<void> {
    return this.#inTurn(async (isOver) => {
      try {
        const [catalogue, settings] = await Promise.all([client.catalogue(), client.preferences.get()]);
        if (isOver()) return;
        this.catalogue = catalogue;
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

function row(part: string, name: string, what: string | undefined, cells: TemplateResult[]): TemplateResult {
  return html`<tr part=${part} class=${part} role="row">
    <th scope="row" role="rowheader">
      <strong>${name}</strong>
      ${what === undefined ? nothing : html`<span class="what" part="description">${what}</span>`}
    </th>
    ${cells.map((cell) => html`<td role="cell">${cell}</td>`)}
  </tr>`;
}

define('carillon-preferences', CarillonPreferences);
