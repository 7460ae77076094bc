import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { UserInbox } from 'carillon';
import * as request from 'supertest';
import { AppModule } from './app.module';

describe('AppModule', () => {
  let app: INestApplication;

  beforeAll(async () => {
    const moduleFixture = await Test.createTestingModule({ imports: [AppModule] }).compile();
    app = moduleFixture.createNestApplication();
    await app.init();
  });
  afterAll(() => app.close());

  it('places an order', async () => {
    await request.agent(app.getHttpServer()).post('/orders').send({ customer: 'kim' }).expect(201);
    expect(await app.get(UserInbox, { strict: false }).unreadCount('kim')).toBe(1);
    const { body } = await request.agent(app.getHttpServer()).get('/v1/notifications').set('X-User', 'kim');
    expect(body.notifications).toHaveLength(1);
  });
});
