import { Module } from '@nestjs/common';
import { WorkspaceController } from './workspace.controller.js';

/** workspace.txt: a user's notifications by filter, order and cursor, with a trash. */
@Module({ controllers: [WorkspaceController] })
export class WorkspaceContractModule {}
