import { Module } from '@nestjs/common';
import { AccountController } from './account.controller.js';
import { AccountPreferencesController } from './preferences.controller.js';

const CONTROLLERS = [AccountPreferencesController, AccountController];

/** docs/contracts/account.txt: a user's notifications in pages, and their preferences. */
@Module({
  controllers: CONTROLLERS,
})
export class AccountContractModule {
  static readonly controllers = CONTROLLERS;
}
