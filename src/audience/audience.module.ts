import { Module } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { TURNS } from '../database/turns.js';
import { ChangedTimes } from '../database/changed-times.store.js';
import { SecretsModule } from '../database/secrets.module.js';
import { AddressVault } from './address-vault.js';
import { Contacts } from './contacts.js';
import { ContactsService } from './contacts.service.js';
import { ContactsStore } from './contacts.store.js';
import { HostContacts } from './host-contacts.js';
import { MeService } from './me.service.js';
import { SealedAddresses } from './sealed-addresses.js';
import { SettingsStore } from './settings.store.js';

/** How users are reached, and what they set about themselves. */
@Module({
  imports: [SecretsModule],
  providers: [
    AddressVault,
    ChangedTimes,
    Clock,
    Contacts,
    ContactsService,
    ContactsStore,
    HostContacts,
    MeService,
    SealedAddresses,
    SettingsStore,
    TURNS,
  ],
  exports: [Contacts, ContactsService, MeService],
})
export class AudienceModule {}
