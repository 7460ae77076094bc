import { Module, type DynamicModule, type NestModule, type Type } from '@nestjs/common';
import { HttpAdapterHost, RouterModule } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { adaptOurRoutes, markAsOurs } from '../common/route-ways.js';
import { ConfigurationError } from '../config/configuration-error.js';
import type { BasePaths } from '../config/options.js';
import { AccountContractModule } from './account/account-contract.module.js';
import { InboxContractModule } from './inbox/inbox-contract.module.js';
import { collisions, handlersOf, type MountedContract } from './route-table.js';
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
export class ContractsModule implements NestModule {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  /** @throws ConfigurationError when two contracts would answer the same route */
  static forRoot(basePaths: BasePaths): DynamicModule {
    const contracts = mount(basePaths);
    const problems = collisions(contracts);
    if (problems.length > 0) throw new ConfigurationError(problems.join('\n'));
    for (const { prototype, name } of contracts.flatMap(({ module }) => handlersOf(module))) {
      markAsOurs(prototype, name);
    }
    return {
      module: ContractsModule,
      imports: [
        ...contracts.map(({ module }) => module),
        RouterModule.register(contracts.map(({ basePath, module }) => ({ path: basePath, module }))),
      ],
    };
  }

  /**
   * Nest asks this after the application has its parsers and before any route is there: the one moment at which
   * Fastify can be told about routes to come.
   * @throws ConfigurationError on Express: the routes write headers and streams as Fastify does, and would fail one
   *   by one
   */
  configure(): void {
    const { httpAdapter } = this.adapterHost;
    const platform = httpAdapter.getType();
    if (platform === 'fastify') return adaptOurRoutes(httpAdapter.getInstance<FastifyInstance>());
    throw new ConfigurationError(
      `Carillon's routes need Nest's Fastify adapter, and this application runs on ${platform}. Create it with ` +
        `NestFactory.create(AppModule, new FastifyAdapter()), or bring no routes: CarillonModule.forRoot({ ` +
        `contracts: false, … }) gives NotificationService on any platform.`,
    );
  }
}
