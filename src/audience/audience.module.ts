import { Module } from '@nestjs/common';
import { SecretsModule } from '../database/secrets.module.js';
import { AddressVault } from './address-vault.js';
import { Contacts } from './contacts.js';
import { ContactsStore } from './contacts.store.js';
import { SealedAddresses } from './sealed-addresses.js';

/** How users are reached, and what they set about themselves. */
@Module({
  imports: [SecretsModule],
  providers: [AddressVault, Contacts, ContactsStore, SealedAddresses],
  exports: [Contacts],
})
export class AudienceModule {}
