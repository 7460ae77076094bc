import { Module } from '@nestjs/common';
import { SitesController } from './sites.controller.js';

/** docs/contracts/sites.txt: a user's notifications by site, in pages. */
@Module({ controllers: [SitesController] })
export class SitesContractModule {}
