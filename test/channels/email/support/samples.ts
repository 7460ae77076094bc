import { renderMail } from '../../../../src/channels/email/message/render-mail.js';
import { digestInput, digestItem, mailInput } from './mails.js';

/** A logo of the kind that brings its words along, dark on nothing, at an address that a browser is to be served it at. */
export const LOGO_URL = 'https://brand.example/logo.svg';
export const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" width="330" height="72" viewBox="0 0 330 72">
<path d="M36 8a8 8 0 0 1 8 8v3a20 20 0 0 1 12 18v11l6 8v2H10v-2l6-8V37a20 20 0 0 1 12-18v-3a8 8 0 0 1 8-8z" fill="#171a21"/>
<text x="76" y="50" font-family="sans-serif" font-size="40" font-weight="700" fill="#171a21">Northwind</text></svg>`;

/** Mails to look at, by name. */
export const SAMPLES = {
  /** What most have. */
  usual: renderMail(
    mailInput({
      notification: {
        title: 'The nightly import failed',
        body: 'Row 17 of orders.csv has no date.\nNothing of the file was taken over.\n\nThe import starts again at 22:00. To have it before that, mend the row and start it by hand.',
      },
      footer: 'Acme Ltd, 1 High Street, Springfield',
    }),
  ),
  /** With a logo, a light colour, in French. */
  brand: renderMail(
    mailInput({
      notification: {
        title: 'Votre commande a été expédiée',
        body: 'La commande n° 4711 est en route et arrivera demain entre 9 h et 12 h.',
        link: '/orders/4711',
      },
      type: { key: 'order_shipped', description: 'Expédition d’une commande' },
      contact: { locale: 'fr' },
      brand: { name: 'Northwind', color: '#ffcc33', logoUrl: LOGO_URL },
      footer: 'Northwind SARL\n12 rue de la Paix, 75002 Paris',
    }),
  ),
  /** Long words, right to left, markup that must stay text. */
  hard: renderMail(
    mailInput({
      notification: {
        title: `Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft: <b>"file&name".csv</b>`,
        body: `https://app.example.com/${'a-very-long-path-segment-without-a-break_'.repeat(4)}\n\nهذا نص عربي مع كلمة English في الوسط.\n\n<script>alert('no')</script> 👩‍👩‍👧‍👦🎉`,
      },
      contact: { locale: 'ar' },
      brand: { name: 'Acme', color: '#111111' },
      type: { key: 'sign_in', description: 'A new sign-in', mutable: false },
      unsubscribeUrl: null,
    }),
  ),
  /** Who did it, and what can be done at once, with words as long as they may be. */
  actions: renderMail(
    mailInput({
      notification: {
        title: 'May version 2.4 go out?',
        body: 'All checks have passed.',
        link: '/releases/2.4',
        actor: { name: 'Ann Lee', image: 'https://cdn.example.com/ann.png' },
        image: 'https://cdn.example.com/2.4.png',
        actions: [
          { id: 'approve', label: 'Approve', style: 'primary' },
          { id: 'log', label: 'Log', link: '/releases/2.4/log' },
          { id: 'all', label: 'W'.repeat(40), link: 'https://ci.example.com/?a=1&b=2', style: 'danger' },
        ],
      },
    }),
  ),
  /** Several, of two headings, and more than are shown. */
  digest: renderMail(
    digestInput(
      [
        digestItem(0, {
          actor: { name: 'Ann Lee' },
          actions: [{ id: 'log', label: 'Open the log', link: '/jobs/17/log' }],
          title: 'The nightly import failed',
          body: 'Row 17 of orders.csv has no date.\nNothing of the file was taken over.',
        }),
        digestItem(25, {
          type: 'comment',
          title: 'Bob mentioned you in “Launch plan”',
          body: 'Can you look at the second paragraph? I am not sure that we may promise this to every customer before the contract with the warehouse in Rotterdam has been signed.',
          link: '/docs/4#c17',
        }),
        digestItem(190, { title: 'The export has failed three times', body: null, link: null }),
        digestItem(1_210, {
          type: 'comment',
          title: 'קרן הוסיפה תגובה',
          body: 'נראה לי מצוין. 👍',
          link: '/docs/4#c18',
        }),
      ],
      {
        total: 16,
        types: { comment: { category: 'Documents' } },
        contact: { timeZone: 'Europe/Berlin' },
        footer: 'Acme Ltd, 1 High Street, Springfield',
      },
    ),
  ),
};
