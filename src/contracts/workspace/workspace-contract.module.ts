import { Module } from '@nestjs/common';
import { WorkspaceController } from './workspace.controller.js';

const CONTROLLERS = [WorkspaceController];

/** docs/contracts/workspace.txt: a user's notifications by filter, order and cursor, with a trash. */
@Module({ controllers: CONTROLLERS })
export class WorkspaceContractModule {
  static readonly controllers = CONTROLLERS;
}
