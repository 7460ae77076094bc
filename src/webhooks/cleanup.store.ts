import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { DATA_SOURCE } from '../database/database.module.js';
import { executeCount } from '../database/execute.js';

/** Deletes for good, a batch at a time, what is over: finished deliveries, and endpoints in the trash. */
@Injectable()
export class WebhookCleanupStore {
  constructor(@Inject(DATA_SOURCE) private readonly dataSource: DataSource) {}

  /** Deletes deliveries that finished before a time, with their attempts. @returns how many */
  deleteDeliveries(manager: EntityManager, before: Date, limit: number): Promise<number> {
    return executeCount(manager, DELETE_DELIVERIES, [before, limit]);
  }

  /** Deletes endpoints that were moved to the trash before a time, with their secrets. @returns how many */
  deleteEndpoints(manager: EntityManager, before: Date, limit: number): Promise<number> {
    return executeCount(manager, DELETE_ENDPOINTS, [before, limit]);
  }

  /** How many {@link deleteDeliveries} would delete in all. */
  countDeliveries(before: Date): Promise<number> {
    return executeCount(this.dataSource.manager, COUNT_DELIVERIES, [before]);
  }

  /** How many {@link deleteEndpoints} would delete in all. */
  countEndpoints(before: Date): Promise<number> {
    return executeCount(this.dataSource.manager, COUNT_ENDPOINTS, [before]);
  }
}

const DELETE_DELIVERIES = {
  name: 'cleanup.deleteDeliveries',
  text: `
    WITH old AS MATERIALIZED (
      SELECT user_id, id FROM carillon.deliveries
      WHERE status <> 'pending' AND finished_at < $1
      ORDER BY finished_at LIMIT $2 FOR UPDATE SKIP LOCKED
    ), attempts AS (
      DELETE FROM carillon.delivery_attempts a USING old
      WHERE a.user_id = old.user_id AND a.delivery_id = old.id
    ), gone AS (
      DELETE FROM carillon.deliveries d USING old WHERE d.user_id = old.user_id AND d.id = old.id RETURNING 1
    )
    SELECT count(*) FROM gone`,
};

const DELETE_ENDPOINTS = {
  name: 'cleanup.deleteEndpoints',
  text: `
    WITH gone AS (
      DELETE FROM carillon.webhook_endpoints WHERE (user_id, id) IN (
        SELECT user_id, id FROM carillon.webhook_endpoints WHERE deleted_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED
      ) RETURNING 1
    )
    SELECT count(*) FROM gone`,
};

const COUNT_DELIVERIES = {
  name: 'cleanup.countDeliveries',
  text: `SELECT count(*) FROM carillon.deliveries WHERE status <> 'pending' AND finished_at < $1`,
};

const COUNT_ENDPOINTS = {
  name: 'cleanup.countEndpoints',
  text: 'SELECT count(*) FROM carillon.webhook_endpoints WHERE deleted_at < $1',
};
