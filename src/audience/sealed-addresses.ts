import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { SecretRotation, type SealedTable } from '../database/secret-rotation.js';
import { AddressVault } from './address-vault.js';
import { ContactsStore, type SealedAddress } from './contacts.store.js';

/** What a change of the encryption key does to contacts. */
@Injectable()
export class SealedAddresses implements SealedTable<SealedAddress> {
  readonly name = 'addresses';

  constructor(
    private readonly store: ContactsStore,
    private readonly vault: AddressVault,
    rotation: SecretRotation,
  ) {
    rotation.add(this);
  }

  lockSealedWith(
    manager: EntityManager,
    prefix: string,
    after: SealedAddress | undefined,
    limit: number,
  ): Promise<SealedAddress[]> {
    return this.store.lockSealedWith(manager, prefix, after?.userId ?? '', limit);
  }

  async reseal(manager: EntityManager, { userId, emailBox }: SealedAddress): Promise<boolean> {
    const address = this.vault.open(userId, emailBox);
    if (address === null) return false;
    const again = { userId, emailBox: this.vault.seal(userId, address) };
    await this.store.reseal(manager, again, this.vault.hash(address));
    return true;
  }
}
