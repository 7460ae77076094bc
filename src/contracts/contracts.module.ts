import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { CHANNEL_ROUTES } from '../channels/routes.js';
import type { BasePaths } from '../config/options.js';
import { AccountController } from './account/account.controller.js';
import { AccountPreferencesController } from './account/preferences.controller.js';
import { EventsController } from './inbox/events.controller.js';
import { InboxController } from './inbox/inbox.controller.js';
import { MeController } from './inbox/me.controller.js';
import { PreferencesController } from './inbox/preferences.controller.js';
import { SearchController } from './inbox/search.controller.js';
import { StreamController } from './inbox/stream.controller.js';
import { TestController } from './inbox/test.controller.js';
import { TypesController } from './inbox/types.controller.js';
import { UsersController } from './inbox/users.controller.js';
import { collisions } from './route-table.js';
import { SitesController } from './sites/sites.controller.js';
import { WorkspaceController } from './workspace/workspace.controller.js';

/** Every contract, by the name under which its base path is configured. A further one is a line here. */
export const CONTRACTS: Record<keyof BasePaths, { module: Type; controllers: readonly Type[] }> = {
  /** docs/contracts/inbox.txt, and in its style everything else that Carillon can do. */
  inbox: contract(
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
  ),
  /** docs/contracts/sites.txt: a user's notifications by site, in pages. */
  sites: contract(SitesController),
  /** docs/contracts/workspace.txt: a user's notifications by filter, order and cursor, with a trash. */
  workspace: contract(WorkspaceController),
  /** docs/contracts/account.txt: a user's notifications in pages, and their preferences. */
  account: contract(AccountPreferencesController, AccountController),
};

const NAMES = Object.keys(CONTRACTS) as (keyof BasePaths)[];

/** What is wrong with the base paths of the contracts when they are taken together. */
export function basePathProblems(basePaths: BasePaths): string[] {
  return collisions(
    NAMES.map((name) => ({ name, basePath: basePaths[name], controllers: CONTRACTS[name].controllers })),
  );
}

/** The contracts that are mounted, each at its base path. */
@Module({})
export class ContractsModule {
  static forRoot(basePaths: BasePaths): DynamicModule {
    const mounted = NAMES.map((name) => ({ path: basePaths[name], module: CONTRACTS[name].module }));
    return {
      module: ContractsModule,
      imports: [...mounted.map(({ module }) => module), RouterModule.register(mounted)],
    };
  }
}

/** A module of its own for each: base paths and documents go by modules. */
function contract(...controllers: Type[]): { module: Type; controllers: readonly Type[] } {
  @Module({ controllers })
  class ContractModule {}
  return { module: ContractModule, controllers };
}
