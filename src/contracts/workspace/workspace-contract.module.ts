import { Module } from '@nestjs/common';
import { WorkspaceController } from './workspace.controller.js';

/** docs/contracts/workspace.txt: a user's notifications by filter, order and cursor, with a trash. */
@Module({ controllers: [WorkspaceController] })
export class WorkspaceContractModule {}
