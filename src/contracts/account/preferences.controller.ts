import { ApiBody } from '@nestjs/swagger';
import { CurrentUser, UserRoutes } from '../../auth/auth.decorators.js';
import { Catalogue } from '../../catalogue/catalogue.js';
import { Answers, Body, Controller, Get, Put } from '../../common/routes.js';
import { PreferencesService } from '../../preferences/preferences.service.js';
import { AccountOk } from './account.dto.js';
import { AccountPreferences, PutAccountPreferencesBody } from './preferences.dto.js';
import { flatPreferences, preferencesPatch } from './preferences.mapper.js';

@UserRoutes()
@Controller('notifications/preferences', 'account')
export class AccountPreferencesController {
  constructor(
    private readonly preferences: PreferencesService,
    private readonly catalogue: Catalogue,
  ) {}

  @Get('', 'Get the preferences; what was never set has its default')
  @Answers(AccountPreferences)
  async get(@CurrentUser() userId: string): Promise<Record<string, boolean>> {
    const { types } = await this.preferences.get(userId);
    return flatPreferences(types);
  }

  @Put('', 'Set preferences; keys that are not named stay as they are')
  @ApiBody({ type: PutAccountPreferencesBody })
  @Answers(AccountOk)
  async put(@CurrentUser() userId: string, @Body() body: object): Promise<AccountOk> {
    await this.preferences.set(userId, preferencesPatch(body, this.catalogue));
    return { ok: true };
  }
}
