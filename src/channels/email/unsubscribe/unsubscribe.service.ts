import { Inject, Injectable } from '@nestjs/common';
import { Catalogue, type CatalogueType } from '../../../catalogue/catalogue.js';
import { SecretBox } from '../../../common/secret-box.js';
import { CARILLON_OPTIONS, type CarillonOptions } from '../../../config/options.js';
import { PreferencesService, type UserPreferences } from '../../../preferences/preferences.service.js';
import { EMAIL } from '../email.channel.js';
import { Pages, type Page } from './unsubscribe-page.js';
import { unsubscribeTexts } from './unsubscribe-texts.js';
import { makeToken, readToken, type Subscription } from './unsubscribe-token.js';

/** What the page sends to turn off everything instead of one type. */
const ALL = 'all';

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

  /** Where a user turns off mails of a type; null where that cannot be, or nothing leads here. */
  urlOf(userId: string, { key, mutable }: Pick<CatalogueType, 'key' | 'mutable'>): { url: string } | null {
    const { publicUrl, basePaths } = this.options;
    if (publicUrl === undefined || !mutable) return null;
    const parts = [publicUrl, basePaths.inbox].map((part) => part.replace(/\/$/, ''));
    return { url: `${parts.join('')}/unsubscribe/${makeToken(this.box, { userId, type: key })}` };
  }

  /**
   * The page that asks. It changes nothing: programs that look for harmful links open it, too.
   * @param language what the browser says of the user's languages
   */
  async ask(token: string, language: string | undefined): Promise<Page> {
    const subscription = readToken(this.box, token);
    return subscription ? this.show(subscription, language) : this.unknown(language);
  }

  /**
   * Turns off the mails of the link's type, or all. Asked twice it changes nothing more.
   * @param scope `all` for all of the user's mails that can be turned off
   */
  async turnOff(token: string, scope: unknown, language: string | undefined): Promise<Page> {
    const subscription = readToken(this.box, token);
    if (!subscription) return this.unknown(language);
    const { userId, type } = subscription;
    if (scope === ALL) {
      // No exceptions from the whole channel are left.
      const exceptions = this.offerable(await this.preferences.get(userId));
      await this.preferences.set(userId, {
        channels: { [EMAIL]: false },
        types: Object.fromEntries(exceptions.map((key) => [key, { [EMAIL]: null }])),
      });
    } else if (this.catalogue.find(type)?.mutable) {
      await this.preferences.set(userId, { types: { [type]: { [EMAIL]: false } } });
    }
    return this.show(subscription, language, scope === ALL);
  }

  /** Types whose mails the user gets, and may turn off. */
  private offerable({ types }: UserPreferences): string[] {
    return this.catalogue.types
      .filter(({ key, mutable }) => mutable && types[key]?.[EMAIL])
      .map(({ key }) => key);
  }

  private async show(
    { userId, type }: Subscription,
    language: string | undefined,
    all = false,
  ): Promise<Page> {
    const texts = unsubscribeTexts(language);
    const preferences = await this.preferences.get(userId);
    const offerable = this.offerable(preferences);
    const isOff = !preferences.types[type]?.[EMAIL];
    const asks = offerable.includes(type);
    const said = all ? texts.allOff : asks ? texts.ask : isOff ? texts.off : texts.fixed;
    const { email, publicUrl, appUrl = publicUrl } = this.options;
    return this.pages.page(200, {
      lang: texts.lang,
      title: said.title,
      text: said.text(this.catalogue.find(type)?.description ?? type, email.brand.name),
      buttons: [
        ...(asks ? [{ label: texts.turnOff, action: '?' }] : []),
        ...(offerable.length > 0 ? [{ label: texts.turnAllOff, action: `?scope=${ALL}` }] : []),
      ],
      link: appUrl === undefined ? undefined : { label: texts.preferences, url: appUrl },
    });
  }

  private unknown(language: string | undefined): Page {
    const { lang, unknown } = unsubscribeTexts(language);
    const text = unknown.text('', this.options.email.brand.name);
    return this.pages.page(404, { lang, title: unknown.title, text, buttons: [], link: undefined });
  }
}
