import { Injectable } from '@nestjs/common';
import { explained } from '../../common/database-failure.js';
import { CarillonError } from '../../common/errors.js';
import { isUuid } from '../../common/ids.js';
import { IsBoolean, IsOneOf, IsText } from '../../common/rule.js';
import { checkInput } from '../../common/validation.js';
import { Database } from '../../database/database.js';
import { DeliveriesStore } from '../../deliveries/deliveries.store.js';
import { EMAIL_TARGET } from './email.channel.js';
import { SuppressionsStore, type SuppressionReason, type UserAddress } from './suppressions.store.js';

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
    private readonly suppressions: SuppressionsStore,
  ) {}

  /**
   * Writes down that a mail came back, or was called spam: the address that it went to gets nothing more when it would do so
   * again, whichever the user has by now. Said twice it changes nothing more.
   * @returns whether the address is left alone from now on
   * @throws CarillonError `invalid_input`; `not_found` for a mail that was not sent here, or is not kept any more
   */
  async take(given: unknown): Promise<{ suppressed: boolean }> {
    const { messageId, kind, permanent } = checkInput(EmailFeedbackBody, given, { spelling: 'json' });
    const sent = sentMail(messageId);
    const suppressed = kind === 'complaint' || permanent;
    const isKnown =
      sent !== undefined &&
      (await explained(
        this.database.transaction(async (manager) => {
          const key = { ...sent, targetId: EMAIL_TARGET };
          const error = kind === 'bounce' ? RETURNED : null;
          if (!(await this.deliveries.takeBack(manager, key, error))) return false;
          if (suppressed) await this.suppressions.add(manager, sent, kind);
          return true;
        }),
      ));
    if (!isKnown) throw new CarillonError('not_found', 'No mail of this Message-ID was sent here.');
    return { suppressed };
  }
}

/** A mail that was sent: which delivery it was, and where it went. */
interface SentMail extends UserAddress {
  id: string;
}

/** By its `Message-ID`: `<delivery.user.address@domain>`, the user and the address's hash in base64url. */
export function sentMail(messageId: string): SentMail | undefined {
  const [, id = '', user = '', address = ''] =
    /^<?([0-9a-f-]{36})\.([\w-]+)\.([\w-]{43})@[^@<>\s]+>?$/i.exec(messageId.trim()) ?? [];
  const userId = Buffer.from(user, 'base64url').toString();
  return isUuid(id.toLowerCase()) && userId !== '' && !userId.includes('\0')
    ? { id: id.toLowerCase(), userId, hash: Buffer.from(address, 'base64url') }
    : undefined;
}
