import { Injectable } from '@nestjs/common';
import { SecretBox } from '../common/secret-box.js';

/** Seals and opens addresses, and hashes them for what is looked up by an address. */
@Injectable()
export class AddressVault {
  constructor(private readonly box: SecretBox) {}

  seal(userId: string, address: string): string {
    return this.box.seal(address, contextOf(userId));
  }

  /** Null when there is none, and when no key opens it: the user cannot be written to before it is synced again. */
  open(userId: string, emailBox: string | null): string | null {
    return emailBox === null ? null : (this.box.openIfReadable(emailBox, contextOf(userId)) ?? null);
  }

  /** Of an address in any case: mailboxes that differ in it alone are one everywhere. */
  hash(address: string): Buffer {
    return this.box.hash(address.toLowerCase(), 'e-mail address');
  }
}

function contextOf(userId: string): string {
  return `contacts/email/${userId}`;
}
