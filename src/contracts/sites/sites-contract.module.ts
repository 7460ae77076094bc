import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module.js';
import { NotificationsModule } from '../../notifications/notifications.module.js';
import { SitesController } from './sites.controller.js';

/** sites.txt: a user's notifications by site, in pages. */
@Module({ imports: [AuthModule, NotificationsModule], controllers: [SitesController] })
export class SitesContractModule {}
