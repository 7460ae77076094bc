import { Body, Controller, Get, Injectable, Module, Post } from '@nestjs/common';
import { Cron, ScheduleModule } from '@nestjs/schedule';
import { CarillonError, NotificationService, type NotifyResult } from 'carillon';
import { DataSource, type EntityManager } from 'typeorm';

/** The host's own database connection: Carillon's tables live in the same database, in a schema of their own. */
@Module({
  providers: [
    {
      provide: DataSource,
      useFactory: async () => {
        const dataSource = new DataSource({ type: 'postgres', url: process.env['DATABASE_URL'] ?? '' });
        await dataSource.initialize();
        await dataSource.query(
          'CREATE TABLE IF NOT EXISTS orders (id serial PRIMARY KEY, customer text NOT NULL)',
        );
        return dataSource;
      },
    },
  ],
  exports: [DataSource],
})
export class HostDatabaseModule {}

@Injectable()
export class OrdersService {
  private readonly ticks: string[] = [];

  constructor(
    private readonly dataSource: DataSource,
    private readonly notifications: NotificationService,
  ) {}

  /** An order and its notification: both or neither. */
  place(customer: string, fails: boolean): Promise<NotifyResult> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query('INSERT INTO orders (customer) VALUES ($1)', [customer]);
      const result = await this.tell(customer, manager);
      if (fails) throw new Error('out of stock');
      return result;
    });
  }

  tell(customer: string, manager?: EntityManager): Promise<NotifyResult> {
    return this.notifications.notify(
      {
        type: 'order_placed',
        userIds: [customer],
        title: `Order for ${customer}`,
        link: '/orders/1',
        data: { items: 3 },
        entity: { type: 'order', id: '1' },
      },
      manager ? { manager } : {},
    );
  }

  async wrong(): Promise<string> {
    try {
      await this.notifications.notify({ type: 'order_plced', userIds: ['anna'], title: 'x' });
      return 'taken';
    } catch (error) {
      return error instanceof CarillonError ? `${error.code}: ${error.detail}` : 'another error';
    }
  }

  @Cron('* * * * * *')
  tick(): void {
    this.ticks.push(new Date().toISOString().slice(0, 19));
  }

  /** How often the job of every second has run, and in how many seconds. */
  get jobs(): { ticks: number; seconds: number } {
    return { ticks: this.ticks.length, seconds: new Set(this.ticks).size };
  }
}

@Controller('orders')
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Post()
  async place(
    @Body() body: { customer: string; fails?: boolean },
  ): Promise<{ recipients: number; id: string }> {
    const { recipients, event } = await this.orders.place(body.customer, body.fails ?? false);
    return { recipients, id: event.id };
  }

  @Post('alone')
  async alone(@Body() body: { customer: string }): Promise<{ recipients: number }> {
    return { recipients: (await this.orders.tell(body.customer)).recipients };
  }

  @Get('wrong')
  async wrong(): Promise<{ answer: string }> {
    return { answer: await this.orders.wrong() };
  }

  @Get('jobs')
  jobs(): { ticks: number; seconds: number } {
    return this.orders.jobs;
  }
}

@Module({
  imports: [HostDatabaseModule, ScheduleModule.forRoot()],
  providers: [OrdersService],
  controllers: [OrdersController],
})
export class OrdersModule {}
