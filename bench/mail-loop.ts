import { createTransport, type SendMailOptions } from 'nodemailer';
import { keepBusy, workFor } from './busy.js';
import type { Pace } from './load.js';

/** One run of the loop. */
export interface MailLoad extends Pace {
  smtpUrl: string;
  mail: SendMailOptions;
}

/*
 * The floor of mails, a process of its own: a pool of nodemailer's, and the same mail again and again, as many at once as the pool
 * has connections.
 */

workFor<MailLoad>(async ({ smtpUrl, mail, ...pace }) => {
  const transport = createTransport({ url: smtpUrl, pool: true, maxConnections: pace.connections });
  const send = async (): Promise<undefined> => {
    await transport.sendMail(mail);
  };
  const result = await keepBusy(pace, () => ({ send }));
  transport.close();
  return result;
});
