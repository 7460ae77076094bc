import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Notices } from '../channels/notices.js';
import { NotificationService } from './notification.service.js';

/** Sends what channels have to say to their users, as any other event. */
@Injectable()
export class NoticeSender implements OnModuleInit {
  constructor(
    private readonly notices: Notices,
    private readonly notifications: NotificationService,
  ) {}

  onModuleInit(): void {
    this.notices.handleWith((manager, { userId, ...event }) =>
      this.notifications.notify({ ...event, userIds: [userId] }, { manager }),
    );
  }
}
