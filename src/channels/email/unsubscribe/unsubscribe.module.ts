import { Module } from '@nestjs/common';
import { SecretsModule } from '../../../database/secrets.module.js';
import { PreferencesModule } from '../../../preferences/preferences.module.js';
import { UnsubscribeService } from './unsubscribe.service.js';

/** Links that turn mails off: made for each mail, and answered by the routes. */
@Module({
  imports: [PreferencesModule, SecretsModule],
  providers: [UnsubscribeService],
  exports: [UnsubscribeService],
})
export class UnsubscribeModule {}
