import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module.js';
import { NotificationsModule } from '../../notifications/notifications.module.js';
import { WorkspaceController } from './workspace.controller.js';

/** workspace.txt: a user's notifications by filter, order and cursor, with a trash. */
@Module({ imports: [AuthModule, NotificationsModule], controllers: [WorkspaceController] })
export class WorkspaceContractModule {}
