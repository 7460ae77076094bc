import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module.js';
import { NotificationsModule } from '../../notifications/notifications.module.js';
import { PreferencesModule } from '../../preferences/preferences.module.js';
import { AccountController } from './account.controller.js';
import { AccountPreferencesController } from './preferences.controller.js';

/** account.txt: a user's notifications in pages, and their preferences. */
@Module({
  imports: [AuthModule, NotificationsModule, PreferencesModule],
  controllers: [AccountPreferencesController, AccountController],
})
export class AccountContractModule {}
