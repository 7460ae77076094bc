import { Module } from '@nestjs/common';
import { SitesController } from './sites.controller.js';

const CONTROLLERS = [SitesController];

/** docs/contracts/sites.txt: a user's notifications by site, in pages. */
@Module({ controllers: CONTROLLERS })
export class SitesContractModule {
  static readonly controllers = CONTROLLERS;
}
