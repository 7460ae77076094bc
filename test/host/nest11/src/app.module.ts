import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CarillonModule } from 'carillon';
import { Order } from './order.entity';
import { OrdersModule } from './orders.module';

@Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: process.env.DATABASE_URL,
      entities: [Order],
      synchronize: true,
    }),
    CarillonModule.forRootAsync({
      useFactory: () => ({
        database: { url: process.env.DATABASE_URL, poolSize: 4 },
        encryption: { key: 'the encryption key of the host application' },
        auth: { authenticator: ({ headers }) => (headers['x-user'] as string | undefined) ?? null },
      }),
    }),
    OrdersModule,
  ],
})
export class AppModule {}
