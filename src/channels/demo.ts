/** What the demo page shows of channels that send nothing in development. */
export { type CaughtMail, CaughtMails } from './email/caught-mails.js';
