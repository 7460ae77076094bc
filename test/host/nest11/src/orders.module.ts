import { Body, Controller, Injectable, Module, Post } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { NotificationService } from 'carillon';
import { DataSource } from 'typeorm';
import { Order } from './order.entity';

@Injectable()
export class OrdersService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly notifications: NotificationService,
  ) {}

  /** An order and its notification: both or neither. */
  place({ customer, fails = false }: { customer: string; fails?: boolean }): Promise<Order> {
    return this.dataSource.transaction(async (manager) => {
      const order = await manager.save(Order, { customer });
      await this.notifications.notify(
        { type: 'job_completed', userIds: [customer], title: `Order ${order.id}` },
        { manager },
      );
      if (fails) throw new Error('out of stock');
      return order;
    });
  }
}

@Controller('orders')
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Post()
  place(@Body() body: { customer: string; fails?: boolean }): Promise<Order> {
    return this.orders.place(body);
  }
}

@Module({
  imports: [TypeOrmModule.forFeature([Order])],
  controllers: [OrdersController],
  providers: [OrdersService],
})
export class OrdersModule {}
