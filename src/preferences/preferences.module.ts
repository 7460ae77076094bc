import { Module } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { ChangedTimes } from '../database/changed-times.store.js';
import { PreferencesService } from './preferences.service.js';
import { PreferencesStore } from './preferences.store.js';

@Module({
  providers: [ChangedTimes, Clock, PreferencesService, PreferencesStore],
  exports: [PreferencesService, PreferencesStore],
})
export class PreferencesModule {}
