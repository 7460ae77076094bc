import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { CarillonError, notFound } from '../common/errors.js';
import { parseId } from '../common/typeid.js';
import { DATA_SOURCE } from '../database/database.module.js';
import { DeliveriesStore, type Delivery } from './deliveries.store.js';
import { DeliverySignal } from './delivery-signal.js';
import { EndpointsService } from './endpoints.service.js';

/** The deliveries to a user's endpoints. */
@Injectable()
export class DeliveriesService {
  constructor(
    @Inject(DATA_SOURCE) private readonly dataSource: DataSource,
    private readonly endpoints: EndpointsService,
    private readonly store: DeliveriesStore,
    private readonly signal: DeliverySignal,
  ) {}

  /** Newest first. @param afterId the id of the last row of the page before */
  async list(
    userId: string,
    endpointId: string,
    page: { afterId?: string | undefined; limit: number },
  ): Promise<Delivery[]> {
    const endpoint = await this.endpoints.find(userId, endpointId);
    return this.store.list(userId, endpoint.id, page.afterId, page.limit);
  }

  /** Sends a delivery again, with the same `webhook-id`: a receiver that did get it can tell. */
  async redeliver(userId: string, endpointId: string, id: string): Promise<Delivery> {
    const endpoint = await this.endpoints.find(userId, endpointId);
    if (endpoint.disabledAt)
      throw new CarillonError('endpoint_disabled', 'The webhook is disabled; enable it first.');
    const { manager } = this.dataSource;
    const uuid = parseId(id);
    const delivery = uuid ? await this.store.requeue(manager, userId, endpoint.id, uuid) : undefined;
    if (!delivery) throw notFound('delivery');
    this.signal.wake();
    return delivery;
  }
}
