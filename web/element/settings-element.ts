import type { Client } from '../client/client.js';
import { isVisible } from '../client/page.js';
import { CarillonElement } from './base.js';
import type { Language } from './language.js';
import { type SettingsTexts, settingsTexts } from './settings-texts.js';
import type { Texts } from './texts.js';

/** An element that says more than the bell's words: they come with it, and not with the bell. */
export abstract class SettingsElement extends CarillonElement {
  protected override get words(): typeof settingsTexts {
    return settingsTexts;
  }

  protected override get language(): Language<Texts & SettingsTexts> {
    return super.language as Language<Texts & SettingsTexts>;
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
}
