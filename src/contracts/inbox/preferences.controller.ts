import { CurrentUser, UserRoutes } from '../../auth/auth.decorators.js';
import { Answers, Body, Controller, Get, Patch } from '../../common/routes.js';
import { PreferencesService } from '../../preferences/preferences.service.js';
import { ApiBodyOf } from '../../common/documented.js';
import { PreferencesPatch } from '../../preferences/patch.js';
import { PreferencesAnswer } from './preferences.dto.js';

@UserRoutes()
@Controller('preferences', 'preferences')
export class PreferencesController {
  constructor(private readonly preferences: PreferencesService) {}

  @Get('', 'Get the switches of the channels, and the channels of every type with how often they send')
  @Answers(PreferencesAnswer)
  async get(@CurrentUser() userId: string): Promise<PreferencesAnswer> {
    return this.preferences.get(userId);
  }

  @Patch(
    '',
    'Turn channels on or off, whole or of types, and set how often they send; what is not named stays as it is',
  )
  @ApiBodyOf(PreferencesPatch, 'PatchPreferencesBody')
  @Answers(PreferencesAnswer)
  async patch(@CurrentUser() userId: string, @Body() body: object): Promise<PreferencesAnswer> {
    await this.preferences.set(userId, body);
    return this.preferences.get(userId);
  }
}
