import { Injectable } from '@nestjs/common';
import { Contacts } from '../../audience/contacts.js';
import { explained } from '../../common/database-failure.js';
import { CarillonError } from '../../common/errors.js';
import { isUuid } from '../../common/ids.js';
import { IsBoolean, IsOneOf, IsText } from '../../common/rule.js';
import { checkInput } from '../../common/validation.js';
import { Database } from '../../database/database.js';
import { DeliveriesStore } from '../../deliveries/deliveries.store.js';
import { EMAIL_TARGET } from './email.channel.js';
import { SuppressionsStore, type SuppressionReason } from './suppressions.store.js';

/** RFC 5322 has no longer lines. */
const MAX_MESSAGE_ID = 998;

const RETURNED = 'the mail came back';

/** What a mail server or a provider says of a mail that it had taken. */
export class EmailFeedbackBody {
  @IsText(1, MAX_MESSAGE_ID, { description: 'The `Message-ID` of the mail, with or without its brackets.' })
  messageId: string;

  @IsOneOf(['bounce', 'complaint'], { description: '`complaint`: the recipient has called it spam.' })
  kind: SuppressionReason;

  @IsBoolean({ description: 'Whether a later mail would come back too. A complaint is always heeded.' })
  permanent: boolean;
}

/** What became of mails after the mail server had taken them. */
@Injectable()
export class EmailFeedback {
  constructor(
    private readonly database: Database,
    private readonly deliveries: DeliveriesStore,
    private readonly contacts: Contacts,
    private readonly suppressions: SuppressionsStore,
  ) {}

  /**
   * Writes down that a mail came back, or was called spam: the address that the user has gets nothing more when it would do so
   * again. Said twice it changes nothing more.
   * @returns whether the address is left alone from now on
   * @throws CarillonError `invalid_input`; `not_found` for a mail that was not sent here, or is not kept any more
   */
  async take(given: unknown): Promise<{ suppressed: boolean }> {
    const { messageId, kind, permanent } = checkInput(EmailFeedbackBody, given, { spelling: 'json' });
    const sent = deliveryOf(messageId);
    const suppressed = kind === 'complaint' || permanent;
    const isKnown =
      sent !== undefined &&
      (await explained(
        this.database.transaction(async (manager) => {
          const key = { ...sent, targetId: EMAIL_TARGET };
          const error = kind === 'bounce' ? RETURNED : null;
          if (!(await this.deliveries.takeBack(manager, key, error))) return false;
          const email = (await this.contacts.find(manager, [sent.userId])).get(sent.userId)?.email;
          const address = email && { userId: sent.userId, hash: this.contacts.emailHash(email) };
          if (suppressed && address) await this.suppressions.add(manager, address, kind);
          return true;
        }),
      ));
    if (!isKnown) throw new CarillonError('not_found', 'No mail of this Message-ID was sent here.');
    return { suppressed };
  }
}

/** Which delivery a mail was, by its `Message-ID`: `<delivery.user@domain>`, the user in base64url. */
export function deliveryOf(messageId: string): { id: string; userId: string } | undefined {
  const [, id = '', user = ''] = /^<?([0-9a-f-]{36})\.([\w-]+)@[^@<>\s]+>?$/i.exec(messageId.trim()) ?? [];
  const userId = Buffer.from(user, 'base64url').toString();
  return isUuid(id.toLowerCase()) && userId !== '' && !userId.includes('\0')
    ? { id: id.toLowerCase(), userId }
    : undefined;
}
