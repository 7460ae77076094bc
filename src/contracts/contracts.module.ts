import { Module, type DynamicModule, type OnModuleInit, type Type } from '@nestjs/common';
import { HttpAdapterHost, RouterModule } from '@nestjs/core';
import { ConfigurationError } from '../config/configuration-error.js';
import type { BasePaths } from '../config/options.js';
import { AccountContractModule } from './account/account-contract.module.js';
import { InboxContractModule } from './inbox/inbox-contract.module.js';
import { collisions, type MountedContract } from './route-table.js';
import { SitesContractModule } from './sites/sites-contract.module.js';
import { WorkspaceContractModule } from './workspace/workspace-contract.module.js';

/** Every contract, by the name under which its base path is configured. A further one is a line here. */
export const CONTRACTS: Record<keyof BasePaths, Type> = {
  inbox: InboxContractModule,
  sites: SitesContractModule,
  workspace: WorkspaceContractModule,
  account: AccountContractModule,
};

function mount(basePaths: BasePaths): MountedContract[] {
  return (Object.keys(CONTRACTS) as (keyof BasePaths)[]).map((name) => ({
    name,
    basePath: basePaths[name],
    module: CONTRACTS[name],
  }));
}

/** What is wrong with the base paths of the contracts when they are taken together. */
export function basePathProblems(basePaths: BasePaths): string[] {
  return collisions(mount(basePaths));
}

/** The contracts that are mounted, each at its base path. */
@Module({})
export class ContractsModule implements OnModuleInit {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  /** @throws ConfigurationError when two contracts would answer the same route */
  static forRoot(basePaths: BasePaths): DynamicModule {
    const contracts = mount(basePaths);
    const problems = collisions(contracts);
    if (problems.length > 0) throw new ConfigurationError(problems.join('\n'));
    return {
      module: ContractsModule,
      imports: [
        ...contracts.map(({ module }) => module),
        RouterModule.register(contracts.map(({ basePath, module }) => ({ path: basePath, module }))),
      ],
    };
  }

  /** @throws Error on Express: the routes write headers and streams as Fastify does, and would fail one by one */
  onModuleInit(): void {
    const platform = this.adapterHost.httpAdapter?.getType();
    // Without an HTTP server there is nothing to say: scripts load the application too.
    if (!platform || platform === 'fastify') return;
    throw new Error(
      `Carillon's routes need Nest's Fastify adapter, and this application runs on ${platform}. Create it with ` +
        `NestFactory.create(AppModule, new FastifyAdapter()), or bring no routes: CarillonModule.forRoot({ ` +
        `contracts: false, … }) gives NotificationService on any platform.`,
    );
  }
}
