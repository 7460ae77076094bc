import type { Type } from '@nestjs/common';
import { EmailFeedback } from './email/feedback.js';
import { EmailFeedbackController } from './email/feedback.controller.js';
import { PushController } from './push/push.controller.js';
import { SubscriptionsService } from './push/subscriptions.service.js';
import { UnsubscribeController } from './email/unsubscribe/unsubscribe.controller.js';
import { UnsubscribeService } from './email/unsubscribe/unsubscribe.service.js';
import { DeliveriesService } from './webhook/deliveries.service.js';
import { EndpointTester } from './webhook/endpoint-tester.js';
import { EndpointsService } from './webhook/endpoints.service.js';
import { WebhooksController } from './webhook/webhooks.controller.js';

/** Routes of the native API for what users set up for a channel, such as their webhook endpoints. */
export const CHANNEL_ROUTES: Type[] = [
  EmailFeedbackController,
  PushController,
  UnsubscribeController,
  WebhooksController,
];

/** What those routes use of the core. None of these has a lifecycle hook. */
export const CHANNEL_FACE: Type[] = [
  DeliveriesService,
  EmailFeedback,
  EndpointTester,
  EndpointsService,
  SubscriptionsService,
  UnsubscribeService,
];
