import { Logger, Module } from '@nestjs/common';
import { AudienceModule } from '../../audience/audience.module.js';
import { CARILLON_OPTIONS, type CarillonOptions } from '../../config/options.js';
import { SecretsModule } from '../../database/secrets.module.js';
import { WorkerDatabaseModule } from '../../database/worker-database.js';
import { DeliveriesModule } from '../../deliveries/deliveries.module.js';
import { PreferencesModule } from '../../preferences/preferences.module.js';
import { CaughtMails } from './caught-mails.js';
import { EMAIL } from './email.channel.js';
import { EmailSending } from './email.sending.js';
import { EmailFeedback } from './feedback.js';
import { MailMaker } from './mail-maker.js';
import { MailTransport } from './mail-transport.js';
import { Smtp } from './smtp.js';
import { SuppressionsStore } from './suppressions.store.js';
import { UnsubscribeService } from './unsubscribe/unsubscribe.service.js';

/** What makes and sends mails, what comes back about them, and the links that turn them off. */
@Module({
  imports: [AudienceModule, DeliveriesModule, PreferencesModule, SecretsModule, WorkerDatabaseModule],
  providers: [
    CaughtMails,
    EmailFeedback,
    EmailSending,
    MailMaker,
    SuppressionsStore,
    UnsubscribeService,
    {
      provide: MailTransport,
      inject: [CARILLON_OPTIONS, CaughtMails],
      useFactory: ({ production, email: { smtpUrl, ...email } }: CarillonOptions, caught: CaughtMails) => {
        if (smtpUrl !== undefined) return new Smtp({ ...email, smtpUrl });
        if (!production) new Logger('Email').log('mails are caught and not sent: SMTP_URL is not set');
        return caught;
      },
    },
  ],
  exports: [CaughtMails, EmailSending],
})
class EmailModule {}

export const EMAIL_SENDING = { key: EMAIL, module: EmailModule, service: EmailSending };
