import type { PropertyValues } from 'lit';
import type { Client } from '../client/client.js';
import { isVisible } from '../client/page.js';
import { CarillonElement } from './base.js';
import { type Language, translated } from './language.js';
import { type SettingsTexts, settingsTexts } from './settings-texts.js';
import type { Texts } from './texts.js';

/** An element that says more than the bell's words: they come with it, and not with the bell. */
export abstract class SettingsElement extends CarillonElement {
  #words: (Language & { texts: Texts & SettingsTexts }) | undefined;

  protected override get language(): Language & { texts: Texts & SettingsTexts } {
    const common = super.language;
    const own = (): SettingsTexts => translated(settingsTexts, common.locale, this.texts);
    return (this.#words ??= { ...common, texts: { ...common.texts, ...own() } });
  }

  /** Asks for everything again. */
  abstract refresh(): Promise<void>;

  /** Another tab or device may have changed things while this one was not looked at, and the user too. */
  protected override attach(_client: Client): () => void {
    const onShow = (): void => {
      if (isVisible()) void this.refresh();
    };
    void this.refresh();
    document.addEventListener('visibilitychange', onShow);
    return () => document.removeEventListener('visibilitychange', onShow);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#words = undefined;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('lang') || changed.has('texts')) this.#words = undefined;
    super.willUpdate(changed);
  }
}
