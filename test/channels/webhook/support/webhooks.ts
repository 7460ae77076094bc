import { ConsoleLogger, Global, Module, type INestApplicationContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { DataSource } from 'typeorm';
import { CatalogueModule } from '../../../../src/catalogue/catalogue.module.js';
import { ChannelsModule } from '../../../../src/channels/channels.module.js';
import { SendingModule } from '../../../../src/channels/sending.module.js';
import { Clock } from '../../../../src/common/clock.js';
import { mintId } from '../../../../src/common/ids.js';
import { completeBasePaths, completeOptions, type HostOptions } from '../../../../src/config/defaults.js';
import { CARILLON_OPTIONS } from '../../../../src/config/options.js';
import { Database } from '../../../../src/database/database.js';
import { DatabaseModule } from '../../../../src/database/database.module.js';
import { CHANNEL_ENTITIES } from '../../../../src/channels/entities.js';
import { EndpointsService } from '../../../../src/channels/webhook/endpoints.service.js';
import type { CreateEndpoint } from '../../../../src/channels/webhook/endpoint.dto.js';
import type { WebhookItem } from '../../../../src/channels/webhook/webhooks.dto.js';
import { DeliveryWakeup } from '../../../../src/deliveries/delivery-wakeup.js';
import { DeliveryWorkerModule } from '../../../../src/deliveries/deliveries.module.js';

/** One process's worth of webhooks on a database: services and, unless told otherwise, the worker. */
export class TestWebhooks {
  private constructor(private readonly context: INestApplicationContext) {}

  /** @param runWorker false: nothing is sent until `app.get(DeliveryWorker).start()` */
  static async start(
    databaseUrl: string,
    options: Partial<HostOptions> = {},
    { runWorker = true, clock = new Clock() } = {},
  ): Promise<TestWebhooks> {
    const complete = {
      ...completeOptions({
        encryption: { key: 'an encryption key for tests, long enough' },
        ...options,
        database: { url: databaseUrl, poolSize: 4, schema: 'carillon' },
        webhooks: { allowNetworks: ['127.0.0.0/8'], ...options.webhooks },
      }),
      basePaths: completeBasePaths(),
    };
    @Global()
    @Module({ providers: [{ provide: CARILLON_OPTIONS, useValue: complete }], exports: [CARILLON_OPTIONS] })
    class OptionsModule {}

    const testing = await Test.createTestingModule({
      imports: [
        OptionsModule,
        DatabaseModule.forRoot(CHANNEL_ENTITIES),
        ChannelsModule.of(),
        CatalogueModule,
        DeliveryWorkerModule.of(SendingModule),
      ],
    })
      .overrideProvider(Clock)
      .useValue(clock)
      .setLogger(new ConsoleLogger({ logLevels: [] }))
      .compile();
    const webhooks = new TestWebhooks(testing);
    if (runWorker) await testing.init();
    return webhooks;
  }

  get<T>(token: abstract new (...args: never[]) => T): T {
    return this.context.get<T>(token, { strict: false });
  }

  get dataSource(): DataSource {
    return this.context.get(Database, { strict: false }).dataSource;
  }

  async query<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
    return this.dataSource.query(text, values);
  }

  addEndpoint(userId: string, url: string, input: Partial<CreateEndpoint> = {}): Promise<WebhookItem> {
    return this.get(EndpointsService).create(userId, {
      name: 'test',
      kind: 'generic',
      url,
      events: '*',
      ...input,
    });
  }

  /** Queues as the dispatcher does: an event, and a delivery for each given endpoint. @returns the event's id */
  async queue(
    endpoints: { userId: string; id: string }[],
    { copies = 1, title = 'Backup failed', createdAt = new Date() } = {},
  ): Promise<string> {
    const eventId = mintId(createdAt.getTime());
    await this.query(
      `INSERT INTO carillon.events (id, type, level, source, title, body, data, webhook_event, recipients,
         created_at)
       VALUES ($1, 'job_failed', 'error', 'test', $2, 'The disk is full.', '{"job":7}', 'job.failed', 0, $3)`,
      [eventId, title, createdAt],
    );
    await this.query(
      `INSERT INTO carillon.deliveries (user_id, id, channel, target_id, event_id, event, created_at, next_attempt_at)
       SELECT e.user_id, carillon.uuid_v7($4), 'webhook', e.id, $3, 'job.failed', $4, $4
       FROM unnest($1::text[], $2::uuid[]) AS e(user_id, id), generate_series(1, $5)`,
      [endpoints.map((e) => e.userId), endpoints.map((e) => e.id), eventId, createdAt, copies],
    );
    this.get(DeliveryWakeup).wake();
    return eventId;
  }

  /** Waits until no delivery is as it should not stay. */
  async until(condition: string): Promise<void> {
    for (;;) {
      const [row] = await this.query<{ done: boolean }>(`SELECT (${condition}) AS done`);
      if (row?.done) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  untilFinished(): Promise<void> {
    return this.until(`NOT EXISTS (SELECT FROM carillon.deliveries WHERE status = 'pending')`);
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}
