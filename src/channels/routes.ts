import type { Type } from '@nestjs/common';
import { EmailFeedbackController } from './email/feedback.controller.js';
import { PushController } from './push/push.controller.js';
import { UnsubscribeController } from './email/unsubscribe/unsubscribe.controller.js';
import { WebhooksController } from './webhook/webhooks.controller.js';

/** Routes of the native API for what users set up for a channel, such as their webhook endpoints. */
export const CHANNEL_ROUTES: Type[] = [
  EmailFeedbackController,
  PushController,
  UnsubscribeController,
  WebhooksController,
];
