import { Module } from '@nestjs/common';
import { CHANNEL_ROUTES } from '../../channels/routes.js';
import { EventsController } from './events.controller.js';
import { InboxController } from './inbox.controller.js';
import { InboxMapper } from './inbox.mapper.js';
import { MeController } from './me.controller.js';
import { PreferencesController } from './preferences.controller.js';
import { SearchController } from './search.controller.js';
import { StreamController } from './stream.controller.js';
import { TestController } from './test.controller.js';
import { TypesController } from './types.controller.js';
import { UsersController } from './users.controller.js';

const CONTROLLERS = [
  EventsController,
  StreamController,
  InboxController,
  SearchController,
  PreferencesController,
  TypesController,
  MeController,
  TestController,
  UsersController,
  ...CHANNEL_ROUTES,
];

/** The native API: docs/contracts/inbox.txt, and in its style everything else that Carillon can do. */
@Module({
  controllers: CONTROLLERS,
  providers: [InboxMapper],
})
export class InboxContractModule {
  static readonly controllers = CONTROLLERS;
}
