import type { Type } from '@nestjs/common';
import { PushSubscription } from './push/subscription.entity.js';
import { WebhookEndpoint } from './webhook/endpoint.entity.js';

/** What channels store, as TypeORM maps it. Beside the routes' list: a host without routes has not what those need. */
export const CHANNEL_ENTITIES: Type[] = [PushSubscription, WebhookEndpoint];
