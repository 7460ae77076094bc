import { Module } from '@nestjs/common';
import { AccountController } from './account.controller.js';
import { AccountPreferencesController } from './preferences.controller.js';

/** docs/contracts/account.txt: a user's notifications in pages, and their preferences. */
@Module({
  controllers: [AccountPreferencesController, AccountController],
})
export class AccountContractModule {}
