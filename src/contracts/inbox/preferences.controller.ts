import { Body } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { CurrentUser, UserRoutes } from '../../auth/auth.decorators.js';
import { Controller, Get, Patch } from '../../common/routes.js';
import { Takes } from '../../common/refuse-extras.guard.js';
import { PreferencesService } from '../../preferences/preferences.service.js';
import { PatchPreferencesBody, PreferencesAnswer } from './preferences.dto.js';

@ApiTags('preferences')
@UserRoutes()
@Controller('preferences')
export class PreferencesController {
  constructor(private readonly preferences: PreferencesService) {}

  @Get('', 'Get the switches of the channels, and the channels of every type with how often they send')
  @ApiOkResponse({ type: PreferencesAnswer })
  async get(@CurrentUser() userId: string): Promise<PreferencesAnswer> {
    return this.preferences.get(userId);
  }

  @Patch(
    '',
    'Turn channels on or off, whole or of types, and set how often they send; what is not named stays as it is',
  )
  @Takes(['body'])
  @ApiBody({ type: PatchPreferencesBody })
  @ApiOkResponse({ type: PreferencesAnswer })
  async patch(@CurrentUser() userId: string, @Body() body: object): Promise<PreferencesAnswer> {
    await this.preferences.set(userId, body);
    return this.preferences.get(userId);
  }
}
