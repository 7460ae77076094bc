import { html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import './bell-main.js';
import { define } from './define.js';
import { inboxFooter, inboxHeader, preferencesHeader } from './inbox-frame.js';
import { inboxStyles } from './inbox-styles.js';
import { ListElement } from './list-element.js';

/**
 * The list of notifications with everything that can be done to them, and the way to the preferences. The bell shows it
 * in its panel; it can stand alone on a page too.
 *
 * @fires carillon-open a notification was opened: `detail` is `{ notification }`. Preventing its default prevents
 * following the link, for an application that navigates by itself.
 * @fires carillon-navigate a link to a page of the application was followed: `detail` is `{ href }`, and the same holds.
 */
export class CarillonInbox extends ListElement {
  static override styles = [...ListElement.styles, inboxStyles];
  static override properties: PropertyDeclarations = {
    closable: { type: Boolean },
    inboxHref: { attribute: 'inbox-href' },
    preferences: { state: true },
  };

  /** Whether to show a close button, which fires `carillon-close`. */
  declare closable: boolean;
  declare inboxHref: string | undefined;
  /** Whether they are shown instead of the list. */
  declare private preferences: boolean;

  constructor() {
    super();
    this.closable = false;
    this.preferences = false;
  }

  protected override forget(): void {
    super.forget();
    this.preferences = false;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    // The button that was pressed has gone.
    if (changed.get('preferences') !== undefined)
      this.renderRoot.querySelector<HTMLElement>(this.preferences ? '.back' : '.to-preferences')?.focus();
  }

  protected override frame(): TemplateResult {
    return this.preferences ? this.#renderPreferences() : this.#renderInbox();
  }

  #renderInbox(): TemplateResult {
    const { language } = this;
    return html`${inboxHeader(language, {
      filter: this.filter,
      types: this.types,
      unread: this.bound?.store.state.unread ?? 0,
      preferencesHref: this.preferencesHref,
      pick: (patch) => (this.filter = { ...this.filter, ...patch }),
      markAll: () => this.actions.markAll(),
      preferences: () => void this.#showPreferences(),
      follow: this.follow,
      close: this.#close,
    })}
    ${this.list()}
    ${inboxFooter(language.texts, {
      inboxHref: this.inboxHref,
      follow: this.follow,
      deleteRead: this.#hasRead() ? () => this.actions.askRemoveRead() : undefined,
    })}`;
  }

  #renderPreferences(): TemplateResult {
    return html`${preferencesHeader(this.language.texts, () => (this.preferences = false), this.#close)}
      <div class="scroll">
        <carillon-preferences
          .client=${this.bound}
          .texts=${this.texts}
          lang=${this.language.locale}
          theme=${this.theme ?? nothing}
        ></carillon-preferences>
      </div>`;
  }

  get #close(): (() => void) | undefined {
    return this.closable ? () => this.dispatchEvent(new CustomEvent('carillon-close')) : undefined;
  }

  async #showPreferences(): Promise<void> {
    try {
      // Loaded only when they are wanted: most readers never do.
      const { CarillonPreferences } = await import('./preferences.js');
      define('carillon-preferences', CarillonPreferences);
      this.preferences = true;
    } catch {
      this.actions.failed = true;
      this.requestUpdate();
    }
  }

  /** Whether the list has, or may have further down, what deleting the read ones would delete. */
  #hasRead(): boolean {
    const state = this.view?.state;
    if (!state?.loaded || this.filter.read_state === 'unread') return false;
    return state.hasMore || state.items.some((row) => row.read_at !== null);
  }
}
