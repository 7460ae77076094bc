import { Inject, Injectable } from '@nestjs/common';
import { Catalogue, type CatalogueType } from '../../../catalogue/catalogue.js';
import { own } from '../../../common/own.js';
import { SecretBox } from '../../../common/secret-box.js';
import { CARILLON_OPTIONS, type CarillonOptions } from '../../../config/options.js';
import { PreferencesService, type UserPreferences } from '../../../preferences/preferences.service.js';
import { EMAIL } from '../email.channel.js';
import { Pages, type Page, type PageParts } from './unsubscribe-page.js';
import { unsubscribeTexts, type Saying, type UnsubscribeTexts } from './unsubscribe-texts.js';
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
  urlOf(userId: string, types: readonly Pick<CatalogueType, 'key' | 'mutable'>[]): string | null {
    const { publicUrl, basePaths } = this.options;
    const keys = [...new Set(types.flatMap(({ key, mutable }) => (mutable ? [key] : [])))];
    if (publicUrl === undefined || keys.length === 0) return null;
    // As a URL has it: a header holds ASCII only.
    const parts = [new URL(publicUrl).href, basePaths.inbox].map((part) => part.replace(/\/$/, ''));
    return `${parts.join('')}/unsubscribe/${makeToken(this.box, { userId, types: keys })}`;
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
      .filter(({ key, mutable }) => mutable && own(types, key)?.[EMAIL])
      .map(({ key }) => key);
  }

  /** @param done what has just been turned off */
  private async show(
    { userId, types }: Subscription,
    language: string | undefined,
    done: readonly string[] | typeof ALL = [],
  ): Promise<Page> {
    const texts = unsubscribeTexts(language);
    const { turnOff } = texts;
    const preferences = await this.preferences.get(userId);
    const offerable = this.offerable(preferences);
    const on = types.filter((key) => offerable.includes(key));
    const off = types.filter((key) => !own(preferences.types, key)?.[EMAIL]);
    const [said, of] = saidOf({ types, on, off, done, hasMore: offerable.length > 0 });
    const nameOf = (key: string) => this.catalogue.find(key)?.description ?? key;
    const each = on.map((key) => ({
      action: `?type=${encodeURIComponent(key)}`,
      label: turnOff.one(nameOf(key)),
    }));
    return this.page(200, texts, said, of.map(nameOf), [
      ...(each.length > 0 ? [{ action: '?', label: each.length > 1 ? turnOff.each : turnOff.these }] : []),
      ...(each.length > 1 ? each : []),
      ...(offerable.length > 0 ? [{ action: '?scope=all', label: turnOff.all }] : []),
    ]);
  }

  private unknown(language: string | undefined): Page {
    return this.page(404, unsubscribeTexts(language), 'unknown', []);
  }

  private page(
    status: number,
    texts: UnsubscribeTexts,
    said: Saying,
    kinds: readonly string[],
    buttons: PageParts['buttons'] = [],
  ): Page {
    const { email, publicUrl, appUrl = publicUrl } = this.options;
    const { title, text } = texts[said];
    const isLinked = appUrl !== undefined && said !== 'unknown';
    return this.pages.page(status, {
      lang: texts.lang,
      title,
      text: text(kinds, email.brand.name),
      buttons,
      link: isLinked ? { label: texts.preferences, url: appUrl } : undefined,
    });
  }
}

/** What decides what a page says: keys of types. */
interface LinkState {
  /** What the link is for; none: all mails. */
  types: readonly string[];
  /** Those of them whose mails the user gets, and may turn off. */
  on: readonly string[];
  /** Those of them whose mails the user does not get. */
  off: readonly string[];
  /** What has just been turned off. */
  done: readonly string[] | typeof ALL;
  /** Whether there are any mails at all that the user gets, and may turn off. */
  hasMore: boolean;
}

/** What a page says, and of which types. */
function saidOf({ types, on, off, done, hasMore }: LinkState): [Saying, readonly string[]] {
  if (done === ALL) return ['allOff', []];
  if (types.length === 0) return [hasMore ? 'askAll' : 'allOff', []];
  if (done.length > 0) return ['off', done];
  if (on.length > 0) return ['ask', on];
  return off.length > 0 ? ['off', off] : ['fixed', types];
}
