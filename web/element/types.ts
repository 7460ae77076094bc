import type { Client, InboxStore, NotificationAction, NotificationRow, Toast } from '../client/index.js';
import type { Replaced } from './language.js';
import type { ListTexts } from './list-texts.js';
import type { SettingsTexts } from './settings-texts.js';
import type { Texts as CommonTexts } from './texts.js';

/** Every text of every element. */
export type Texts = CommonTexts & ListTexts & SettingsTexts;

/** What all elements have: whose inbox it is, in which words and colours. */
export interface CarillonElement extends HTMLElement {
  /** Set it, or `baseUrl`; nothing is asked of a server before that. */
  client: Client | undefined;
  /** The inbox that it shows; undefined before it has a server. */
  readonly store: InboxStore | undefined;
  /** Attribute `base-url`: where the API is mounted, for a user whom the browser's cookie names. */
  baseUrl: string | undefined;
  /** Tells users apart whose clients `baseUrl` makes. */
  user: string | undefined;
  /** Replaces texts; what is left out stays as shipped, in the language of `lang`. */
  texts: Replaced<Texts> | undefined;
  /** Without it, the reader's system decides. */
  theme: 'light' | 'dark' | undefined;
}

/** The inbox in full size: what is in it, snoozed and archived. With `autofocus` its keys work at once. */
export interface CarillonInboxElement extends CarillonElement {
  /**
   * Attribute `preferences-href`: where the application has its notification preferences. Without it they are shown in
   * place of the list; empty, nothing leads there.
   */
  preferencesHref: string | undefined;
}

export interface CarillonBellElement extends CarillonInboxElement {
  open: boolean;
  /** What is counted; `unseen`: what has come since the panel was open. Default: `unread`. */
  badge: 'unread' | 'unseen' | null | undefined;
  /** The greatest number that the badge shows; the accessible name always says the exact one. Default: 99. */
  max: number;
  /** Attribute `inbox-href`: where the application has an inbox of its own. Without it, nothing leads there. */
  inboxHref: string | undefined;
  show(): void;
  hide(): void;
}

export interface CarillonToastsElement extends CarillonElement {
  /** Milliseconds for which one is shown; 0 shows it until it is dismissed. Default: 8,000. */
  duration: number;
  position: 'top-start' | 'top-end' | 'bottom-start' | 'bottom-end';
  /** Shows one that does not come from the server. */
  show(toast: Toast): void;
}

/** The preferences and the webhooks: lists that no stream keeps up to date. */
export interface CarillonSettingsElement extends CarillonElement {
  /** Asks for everything again. */
  refresh(): Promise<void>;
}

declare global {
  interface HTMLElementTagNameMap {
    'carillon-bell': CarillonBellElement;
    'carillon-inbox': CarillonInboxElement;
    'carillon-toasts': CarillonToastsElement;
    'carillon-preferences': CarillonSettingsElement;
    'carillon-webhooks': CarillonSettingsElement;
  }
  interface GlobalEventHandlersEventMap {
    /** A notification or a toast was opened; preventing the default prevents following its link. */
    'carillon-open': CustomEvent<{ notification?: NotificationRow; toast?: Toast }>;
    /** A link to one of the application's own pages was followed; preventing the default prevents following it. */
    'carillon-navigate': CustomEvent<{ href: string }>;
    /** One of its actions was taken; preventing the default prevents following its link. */
    'carillon-action': CustomEvent<{ notification: NotificationRow; action: NotificationAction }>;
    'carillon-unread': CustomEvent<{ unread: number | undefined }>;
  }
}
