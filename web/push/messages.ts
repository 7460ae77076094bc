import type { Level } from '../client/wire.js';

/** What the server sends, as `channels/push/` writes it. */
export interface PushMessage {
  /** The notification's; null for several. */
  id: string | null;
  type: string | null;
  level: Level;
  title: string;
  body: string | null;
  link: string | null;
  /** What is shown with the same one is replaced. */
  tag: string;
  image?: string;
  /** A picture of who did it. */
  icon?: string;
  /** Those that lead somewhere. */
  actions?: { id: string; label: string; link: string }[];
}

/** What the service worker says to the pages of its origin. */
export type WorkerMessage =
  /** A notification is shown outside of the page. */
  | { carillon: 'shown'; id: string }
  /** Is there a page of the user? It answers by the port. */
  | { carillon: 'ask' }
  /** The page was chosen to go there. */
  | { carillon: 'go'; href: string }
  /** Something was opened, and is written down. */
  | { carillon: 'opened' };

/** Holds the ids of what was opened by a click, until a page of the user has marked it as read. */
export const OPENED_CACHE = 'carillon-opened';
/** An entry's name is an address; nothing is ever asked of it. */
export const OPENED_PATH = '/carillon/opened/';
