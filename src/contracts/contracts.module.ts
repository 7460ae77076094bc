import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import type { BasePaths } from '../config/options.js';
import { AccountContractModule } from './account/account-contract.module.js';
import { InboxContractModule } from './inbox/inbox-contract.module.js';
import { collisions } from './route-table.js';
import { SitesContractModule } from './sites/sites-contract.module.js';
import { WorkspaceContractModule } from './workspace/workspace-contract.module.js';

/** Every contract, by the name under which its base path is configured. A further one is a line here. */
export const CONTRACTS: Record<keyof BasePaths, Type & { controllers: readonly Type[] }> = {
  inbox: InboxContractModule,
  sites: SitesContractModule,
  workspace: WorkspaceContractModule,
  account: AccountContractModule,
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
    const mounted = NAMES.map((name) => ({ path: basePaths[name], module: CONTRACTS[name] }));
    return {
      module: ContractsModule,
      imports: [...Object.values(CONTRACTS), RouterModule.register(mounted)],
    };
  }
}
