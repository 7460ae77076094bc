import { html, type PropertyDeclarations, type TemplateResult } from 'lit';
import './bell-main.js';
import { ListElement } from './list-element.js';
import { panelFooter, panelHeader } from './panel-frame.js';

/** What the bell shows when it is opened: the inbox, and the ways to the preferences and to a page of its own. */
export class CarillonPanel extends ListElement {
  static override properties: PropertyDeclarations = {
    inboxHref: { attribute: 'inbox-href' },
  };

  declare inboxHref: string | undefined;

  protected override frame(): TemplateResult {
    const { language } = this;
    return html`${panelHeader(language, {
      ...this.surroundings,
      close: this.close,
    })}
    ${this.list()}
    ${panelFooter(language.texts, {
      inboxHref: this.inboxHref,
      follow: this.follow,
      deleteRead: this.#hasRead() ? () => this.actions.askRemoveRead() : undefined,
    })}`;
  }

  /** The bell does it. */
  protected override readonly close = (): void => void this.dispatchEvent(new CustomEvent('carillon-close'));

  /** Whether the list has, or may have further down, what deleting the read ones would delete. */
  #hasRead(): boolean {
    const state = this.view?.state;
    if (!state?.loaded || this.filter.read_state === 'unread') return false;
    return state.hasMore || state.items.some((row) => row.read_at !== null);
  }
}
