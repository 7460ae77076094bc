import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { CarillonModule } from '../src/carillon.module.js';

/**
 * A NestJS application with Carillon in it, on the framework that its first argument names, with so many channels of its own as
 * the second says; otherwise as the server is.
 */
const [framework, channels = '0'] = process.argv.slice(2);
const { DATABASE_URL, DATABASE_POOL_SIZE, JWT_SECRET, ENCRYPTION_KEY } = process.env as Record<
  string,
  string
>;

@Module({
  imports: [
    CarillonModule.forRoot({
      database: { url: DATABASE_URL, poolSize: Number(DATABASE_POOL_SIZE) },
      encryption: { key: ENCRYPTION_KEY as string },
      auth: { jwtSecret: JWT_SECRET as string },
      channels: Array.from({ length: Number(channels) }, (_, index) => ({
        key: `own_${index}`,
        number: 8 + index,
        label: `Own ${index}`,
        default: () => false,
        sending: { send: () => ({ status: 'delivered' }) },
      })),
    }),
  ],
})
class HostModule {}

const adapter = framework === 'express' ? new ExpressAdapter() : new FastifyAdapter();
const app = await NestFactory.create(HostModule, adapter, { logger: false });
app.enableShutdownHooks();
await app.listen(0, '127.0.0.1');
process.stdout.write(`${await app.getUrl()}\n`);
