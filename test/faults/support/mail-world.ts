import { startMailServer, type MailServer } from '../../channels/email/support/mail-server.js';
import type { Sql } from '../../support/sql.js';
import { sendingTo } from './server.js';
import { typesFile } from './types-file.js';
import { endWorld, startWorld, type World } from './world.js';

/** Servers that send mails of types of the test's own to a mail server of its own. */
export interface MailWorld extends World {
  mailServer: MailServer;
  /** For further servers. */
  settings: Record<string, string>;
  removeTypes: () => void;
}

export async function startMailWorld(types: object[]): Promise<MailWorld> {
  const { path, remove } = typesFile(types);
  const mailServer = await startMailServer();
  const settings = { NOTIFICATION_TYPES_FILE: path, ...sendingTo(mailServer.url) };
  return { ...(await startWorld(settings)), mailServer, settings, removeTypes: remove };
}

export async function endMailWorld(world: MailWorld): Promise<void> {
  await endWorld(world);
  await world.mailServer.stop();
  world.removeTypes();
}

/** @param users as with LIKE */
export function statusesOf(
  sql: Sql,
  users: string,
): Promise<{ status: string; reason: string | null; n: number }[]> {
  return sql.rows(
    `SELECT status, reason, count(*)::int AS n FROM carillon.deliveries WHERE user_id LIKE $1 GROUP BY 1, 2`,
    [users],
  );
}

/** By the title of each event: the ids of the mails that tell of it, one for each mail. */
export function told({ mailServer }: MailWorld, titles: readonly string[]): Map<string, string[]> {
  return new Map(
    titles.map((title) => [
      title,
      mailServer.mails.flatMap(({ mail }) =>
        `${mail.subject}\n${mail.text}`.includes(title) ? (mail.messageId ?? '') : [],
      ),
    ]),
  );
}
