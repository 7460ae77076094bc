import { Injectable } from '@nestjs/common';
import { RateLimiter } from '../../auth/rate-limit.js';
import { CarillonError, notFound } from '../../common/errors.js';
import { parseId } from '../../common/typeid.js';
import { Database } from '../../database/database.js';
import {
  DeliveriesStore,
  type DeliveriesPage,
  type ListedDelivery,
} from '../../deliveries/deliveries.store.js';
import { DeliveryWakeup } from '../../deliveries/delivery-wakeup.js';
import { EndpointsService } from './endpoints.service.js';

/**
 * After a failure of theirs, people send again all that was missed: a page of it at once, and more at the pace of one
 * person. Each call is a request to somewhere else, so there has to be an end.
 */
const REDELIVERIES = { perSecond: 1, burst: 100 };

@Injectable()
export class DeliveriesService {
  private readonly limiter = new RateLimiter(REDELIVERIES);

  constructor(
    private readonly database: Database,
    private readonly endpoints: EndpointsService,
    private readonly store: DeliveriesStore,
    private readonly wakeup: DeliveryWakeup,
  ) {}

  /** Newest first. */
  async list(userId: string, endpointId: string, page: DeliveriesPage): Promise<ListedDelivery[]> {
    const { id: targetId } = await this.endpoints.find(userId, endpointId);
    return this.store.list({ userId, targetId }, page);
  }

  /**
   * Sends a delivery again, with the same `webhook-id`: a receiver that did get it can tell. One that still waits is
   * not doubled; it is due at once.
   * @throws CarillonError `endpoint_disabled`; `not_found`; `delivery_withdrawn`; `rate_limited`
   */
  async redeliver(userId: string, endpointId: string, id: string): Promise<ListedDelivery> {
    const endpoint = await this.endpoints.find(userId, endpointId);
    if (endpoint.disabledAt)
      throw new CarillonError('endpoint_disabled', 'The webhook is disabled; enable it first.');
    const wait = this.limiter.take(userId);
    if (wait > 0)
      throw new CarillonError('rate_limited', 'Too many deliveries are sent again.', undefined, wait);
    const { manager } = this.database;
    const uuid = parseId(id);
    const key = uuid && { userId, targetId: endpoint.id, id: uuid };
    const delivery = key ? await this.store.requeue(manager, key) : undefined;
    if (!delivery) throw notFound('delivery');
    if (delivery === 'withdrawn')
      throw new CarillonError(
        'delivery_withdrawn',
        'What it says has been withdrawn, and is not sent any more.',
      );
    this.wakeup.wake();
    return delivery;
  }
}
