import { Inject, Injectable, Logger } from '@nestjs/common';
import { CarillonError } from '../common/errors.js';
import { isJsonObject } from '../common/json.js';
import { IsText } from '../common/rule.js';
import { MAX_ID_LENGTH } from '../common/text.js';
import { fieldsOf, readInput } from '../common/validation.js';
import { within } from '../common/within.js';
import { CARILLON_OPTIONS, type CarillonOptions, type Recipients } from '../config/options.js';
import { ContactPatch } from './contact-patch.js';
import type { Contact } from './contact.js';

/** Users of one call: a list that any database takes. */
const BATCH = 500;
/** A host that takes longer than that for it does not answer; what was to be sent is tried again. */
const TIMEOUT_MS = 10_000;

/** What a host says of a user. */
class HostRecipient extends ContactPatch {
  @IsText(1, MAX_ID_LENGTH)
  userId: string;
}

const FIELDS = fieldsOf(HostRecipient).map(({ name }) => name);

/** Asks the host application how users are reached. */
@Injectable()
export class HostContacts {
  private readonly logger = new Logger('Recipients');
  private readonly recipients: Recipients | undefined;

  constructor(@Inject(CARILLON_OPTIONS) { recipients }: CarillonOptions) {
    this.recipients = recipients;
  }

  /** Whether the host answers for contacts, so that none are stored here. */
  get answers(): boolean {
    return this.recipients !== undefined;
  }

  /** @throws CarillonError `unavailable` when the host throws, or does not answer in time */
  async find(userIds: readonly string[]): Promise<Map<string, Contact>> {
    const found = new Map<string, Contact>();
    for (let at = 0; at < userIds.length; at += BATCH) {
      const batch = userIds.slice(at, at + BATCH);
      for (const given of await this.ask(batch)) {
        const contact = this.read(given);
        if (contact && batch.includes(contact.userId)) found.set(contact.userId, contact);
      }
    }
    return found;
  }

  private async ask(userIds: string[]): Promise<readonly unknown[]> {
    let answer: unknown;
    try {
      const work = (async () => (answer = await this.recipients?.find(userIds)))();
      const inTime = await within(TIMEOUT_MS, work);
      if (!inTime) throw new Error(`it did not answer within ${TIMEOUT_MS / 1000} s`);
      if (!Array.isArray(answer)) throw new Error('it did not answer with a list');
      return answer;
    } catch (error) {
      this.logger.error(`recipients.find() failed for ${userIds.length} users`, (error as Error).stack);
      const detail = `The application did not say how its users are reached: ${(error as Error).message}`;
      throw new CarillonError('unavailable', detail, undefined, 1);
    }
  }

  /** One that is wrong keeps its own user from being written to, and no other. What else a host's rows have is left out. */
  private read(given: unknown): Contact | undefined {
    const picked = isJsonObject(given) && Object.fromEntries(FIELDS.map((name) => [name, given[name]]));
    const reading = readInput(HostRecipient, picked, 'recipient');
    if ('issues' in reading) {
      const problems = reading.issues.map(({ path, message }) => `${path} ${message}`).join('; ');
      this.logger.warn(`recipients.find() answered with a contact that is not right: ${problems}`);
      return undefined;
    }
    const { userId, email = null, name = null, locale = null, timeZone = null, teamIds } = reading.value;
    return { userId, email, name, locale, timeZone, teamIds: teamIds ?? [] };
  }
}
