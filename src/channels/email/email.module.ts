import { Logger, Module } from '@nestjs/common';
import { AudienceModule } from '../../audience/audience.module.js';
import { CARILLON_OPTIONS, type CarillonOptions } from '../../config/options.js';
import { WorkerDatabaseModule } from '../../database/worker-database.js';
import { DeliveriesModule } from '../../deliveries/deliveries.module.js';
import { CaughtMails } from './caught-mails.js';
import { EMAIL } from './email.channel.js';
import { EmailSending } from './email.sending.js';
import { EmailFeedback } from './feedback.js';
import { MailMaker } from './mail-maker.js';
import { MailTransport } from './mail-transport.js';
import { Smtp } from './smtp.js';
import { SuppressionsStore } from './suppressions.store.js';
import { UnsubscribeModule } from './unsubscribe/unsubscribe.module.js';

/** What comes back about mails; what sends them is for processes that stay. */
@Module({
  imports: [AudienceModule, DeliveriesModule],
  providers: [EmailFeedback, SuppressionsStore],
  exports: [SuppressionsStore],
})
class EmailModule {}

@Module({
  imports: [AudienceModule, EmailModule, UnsubscribeModule, WorkerDatabaseModule],
  providers: [
    CaughtMails,
    EmailSending,
    MailMaker,
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
class EmailSendingModule {}

export const EMAIL_SENDING = { key: EMAIL, module: EmailSendingModule, service: EmailSending };
