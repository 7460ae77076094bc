import { html, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { Client } from '../client/client.js';
import { isSignedOut } from '../client/http.js';
import type {
  Catalogue,
  Me,
  MePatch,
  Preferences,
  PreferencesPatch,
  TypePreferences,
} from '../client/wire.js';
import { Announcer } from './announcer.js';
import { icons } from './icons.js';
import { fill } from './language.js';
import { moment } from './moment-view.js';
import { preferencesStyles } from './preferences-styles.js';
import { channelList, type PreferencesView, type Setting, typeTables } from './preferences-view.js';
import { SettingsElement } from './settings-element.js';
import { shared } from './styles.js';
import { switchStyles } from './switch-styles.js';

type Settings = Record<string, Setting>;

/** Which kinds of notifications reach the user over which channel: switches, saved as they are flipped. */
export class CarillonPreferences extends SettingsElement {
  static override styles = [shared, switchStyles, preferencesStyles];
  static override properties: PropertyDeclarations = {
    catalogue: { state: true },
    settings: { state: true },
    me: { state: true },
    error: { state: true },
    failed: { state: true },
    tested: { state: true },
  };

  declare private catalogue: Catalogue | undefined;
  declare private settings: Preferences | undefined;
  /** Undefined of a server that does not say it. */
  declare private me: Me | undefined;
  declare private error: unknown;
  declare private failed: boolean;
  /** What came of the last test, by channel. */
  declare private tested: Record<string, string>;
  readonly #announcer = new Announcer(this);
  /** One call at a time, so that of two flips of a switch the last one wins. */
  #calls: Promise<void> = Promise.resolve();
  /** Flips that have not been answered. */
  #waiting = 0;
  #leavePush: (() => void) | undefined;

  constructor() {
    super();
    this.failed = false;
    this.tested = {};
  }

  override async refresh(): Promise<void> {
    if (this.bound) await this.#load(this.bound);
  }

  protected override forget(): void {
    this.settings = this.me = this.error = undefined;
    this.failed = false;
    this.tested = {};
    this.#leavePush?.();
    this.#leavePush = undefined;
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
    const view: PreferencesView = {
      language: this.language,
      extras: {
        texts: this.language.texts,
        push: this.bound?.push.status,
        turnPush: (on) => void this.#turnPush(on),
        tested: this.tested,
        test: (channel) => void this.#test(channel),
      },
      catalogue,
      settings,
      set: (key, to, before, type) => this.#set({ [key]: to }, { [key]: before }, type),
    };
    const { me } = this;
    const times = me && moment({ language: this.language, me, set: (patch) => this.#setMe(me, patch) });
    return html`${channelList(view)} ${times} ${typeTables(view)}`;
  }

  /**
   * @param before what is put back if it cannot be saved
   * @param type without it, whole channels are meant
   */
  #set(settings: Settings, before: Settings, type?: string): void {
    const patch = (
      type === undefined ? { channels: settings } : { types: { [type]: settings } }
    ) as PreferencesPatch;
    this.#put(settings, type);
    this.#save(
      (client) => client.preferences.update(patch),
      (saved) => (this.settings = saved),
      () => this.#put(before, type),
    );
  }

  #setMe(before: Me, patch: MePatch): void {
    this.me = { ...before, ...patch };
    // The button that was pressed makes room for another.
    if ('paused_until' in patch)
      void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.pausing')?.focus());
    this.#save(
      (client) => client.me.update(patch),
      (saved) => (this.me = saved),
      () => (this.me = before),
    );
  }

  #save<T>(send: (client: Client) => Promise<T>, show: (saved: T) => void, undo: () => void): void {
    const { bound: client } = this;
    if (!client) return;
    const { texts } = this.language;
    this.failed = false;
    this.#waiting++;
    void this.#inTurn(async (isOver) => {
      try {
        const saved = await send(client);
        if (isOver()) return;
        // The switch of a whole channel flips others. One that was flipped meanwhile is ahead of the answer.
        if (this.#waiting === 1) show(saved);
        this.#announcer.say(texts.saved);
      } catch {
        if (isOver()) return;
        undo();
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
        ? { types, channels: { ...channels, ...(settings as Preferences['channels']) } }
        : {
            channels,
            types: { ...types, [type]: { ...types[type], ...(settings as TypePreferences) } },
          };
  }

  #load(client: Client): Promise<void> {
    return this.#inTurn(async (isOver) => {
      try {
        const [catalogue, settings, me] = await Promise.all([
          client.catalogue(),
          client.preferences.get(),
          client.me.get().catch(() => undefined),
        ]);
        if (isOver()) return;
        this.catalogue = catalogue;
        this.error = undefined;
        this.#watchPush(client, catalogue);
        // A switch that was flipped meanwhile is ahead of the answer.
        if (this.#waiting === 0) [this.settings, this.me] = [settings, me];
      } catch (error) {
        // What is shown already is better than an error.
        if (!this.settings && !isOver()) this.error = error;
      }
    });
  }

  /** It is asked about where the server has it. */
  #watchPush(client: Client, { channels }: Catalogue): void {
    if (!channels.some(({ key, available }) => key === 'push' && available)) return;
    this.#leavePush ??= client.push.subscribe(() => this.requestUpdate());
  }

  async #turnPush(on: boolean): Promise<void> {
    const { bound: client, turn } = this;
    if (!client) return;
    const { texts } = this.language;
    const status = await (on ? client.push.enable() : client.push.disable());
    if (turn !== this.turn) return;
    this.#announcer.say(texts.pushStates[status] || texts.saved, status === 'unavailable');
    // Nothing would come otherwise: it is off for every type where nothing is set.
    const types = Object.values(this.settings?.types ?? {});
    if (status === 'on' && !types.some(({ push }) => push)) this.#set({ push: true }, { push: null });
  }

  async #test(channel: string): Promise<void> {
    const { bound: client, turn } = this;
    if (!client) return;
    const { texts } = this.language;
    const error = await client.preferences.test(channel).then(
      (test) => (test.status === 'delivered' ? undefined : (test.error ?? test.status)),
      (reason: unknown) => (reason as Error).message,
    );
    if (turn !== this.turn) return;
    const result = error === undefined ? texts.testSent : fill(texts.testFailed, { name: error });
    this.tested = { ...this.tested, [channel]: result };
    this.#announcer.say(result, error !== undefined);
  }
}
