import { Inject, Injectable } from '@nestjs/common';
import { Catalogue, type CatalogueType } from '../../../catalogue/catalogue.js';
import { SecretBox } from '../../../common/secret-box.js';
import { CARILLON_OPTIONS, type CarillonOptions } from '../../../config/options.js';
import { PreferencesService, type UserPreferences } from '../../../preferences/preferences.service.js';
import { EMAIL } from '../email.channel.js';
import { choicesOf } from './unsubscribe-choices.js';
import { Pages, type Page } from './unsubscribe-page.js';
import { unsubscribeTexts } from './unsubscribe-texts.js';
import { makeToken, readToken, type Subscription } from './unsubscribe-token.js';

/** What the page sends to turn off everything instead of what the link is for. */
const ALL = 'all';

/** What is to be turned off: all mails, one type of the link, or else all that the link is for. */
interface Wish {
  scope?: unknown;
  type?: unknown;
}

/** Turns off mails for who has a link out of one, without a login. */
@Injectable()
export class UnsubscribeService {
  private readonly pages: Pages;

  constructor(
    @Inject(CARILLON_OPTIONS) private readonly options: CarillonOptions,
    private readonly box: SecretBox,
    private readonly catalogue: Catalogue,
    private readonly preferences: PreferencesService,
  ) {
    this.pages = new Pages(options.email.brand);
  }

  /** Where a user turns off mails of these types; null where none of them can be, or nothing leads here. */
  urlOf(userId: string, types: readonly Pick<CatalogueType, 'key' | 'mutable'>[]): { url: string } | null {
    const { publicUrl, basePaths } = this.options;
    const keys = [...new Set(types.flatMap(({ key, mutable }) => (mutable ? [key] : [])))];
    if (publicUrl === undefined || keys.length === 0) return null;
    const parts = [publicUrl, basePaths.inbox].map((part) => part.replace(/\/$/, ''));
    return { url: `${parts.join('')}/unsubscribe/${makeToken(this.box, { userId, types: keys })}` };
  }

  /**
   * The page that asks. It changes nothing: programs that look for harmful links open it, too.
   * @param language what the browser says of the user's languages
   */
  async ask(token: string, language: string | undefined): Promise<Page> {
    const subscription = readToken(this.box, token);
    return subscription ? this.show(subscription, language) : this.unknown(language);
  }

  /** Turns off mails, all that the link is for unless less or more is said. Asked twice it changes nothing more. */
  async turnOff(token: string, wish: Wish, language: string | undefined): Promise<Page> {
    const subscription = readToken(this.box, token);
    if (!subscription) return this.unknown(language);
    const { userId, types } = subscription;
    if (wish.scope === ALL || types.length === 0) {
      // No exceptions from the whole channel are left.
      const exceptions = this.offerable(await this.preferences.get(userId));
      await this.preferences.set(userId, {
        channels: { [EMAIL]: false },
        types: Object.fromEntries(exceptions.map((key) => [key, { [EMAIL]: null }])),
      });
      return this.show(subscription, language, ALL);
    }
    const chosen = types.filter((key) => wish.type === undefined || wish.type === key);
    const off = chosen.filter((key) => this.catalogue.find(key)?.mutable);
    if (off.length > 0) {
      await this.preferences.set(userId, {
        types: Object.fromEntries(off.map((key) => [key, { [EMAIL]: false }])),
      });
    }
    return this.show(subscription, language, off);
  }

  /** Types whose mails the user gets, and may turn off. */
  private offerable({ types }: UserPreferences): string[] {
    return this.catalogue.types
      .filter(({ key, mutable }) => mutable && types[key]?.[EMAIL])
      .map(({ key }) => key);
  }

  /** @param done what has just been turned off */
  private async show(
    { userId, types }: Subscription,
    language: string | undefined,
    done: readonly string[] | typeof ALL = [],
  ): Promise<Page> {
    const texts = unsubscribeTexts(language);
    const preferences = await this.preferences.get(userId);
    const offerable = this.offerable(preferences);
    const { said, of, buttons } = choicesOf({
      types,
      on: types.filter((key) => offerable.includes(key)),
      off: types.filter((key) => !preferences.types[key]?.[EMAIL]),
      done,
      hasMore: offerable.length > 0,
    });
    const nameOf = (key: string) => this.catalogue.find(key)?.description ?? key;
    const { email, publicUrl, appUrl = publicUrl } = this.options;
    return this.pages.page(200, {
      lang: texts.lang,
      title: texts[said].title,
      text: texts[said].text(of.map(nameOf), email.brand.name),
      buttons: buttons.map((button) => ({
        action: button.action,
        label: button.what === 'one' ? texts.turnOff.one(nameOf(button.type)) : texts.turnOff[button.what],
      })),
      link: appUrl === undefined ? undefined : { label: texts.preferences, url: appUrl },
    });
  }

  private unknown(language: string | undefined): Page {
    const { lang, unknown } = unsubscribeTexts(language);
    const text = unknown.text([], this.options.email.brand.name);
    return this.pages.page(404, { lang, title: unknown.title, text, buttons: [], link: undefined });
  }
}
