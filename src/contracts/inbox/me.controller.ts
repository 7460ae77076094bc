import { MeService } from '../../audience/me.service.js';
import { CurrentUser, UserRoutes } from '../../auth/auth.decorators.js';
import { Answers, Body, Controller, Get, Patch } from '../../common/routes.js';
import { ApiBodyOf } from '../../common/documented.js';
import { SettingsPatch } from '../../audience/settings-patch.js';
import { MeAnswer, meAnswer } from './me.dto.js';

@UserRoutes()
@Controller('me', 'me')
export class MeController {
  constructor(private readonly me: MeService) {}

  @Get('', 'How the user is reached, and what they set about it')
  @Answers(MeAnswer)
  async get(@CurrentUser() userId: string): Promise<MeAnswer> {
    return meAnswer(await this.me.get(userId));
  }

  @Patch('', 'Set language, zone, quiet hours, pause and digests; null takes a setting back')
  @ApiBodyOf(SettingsPatch, 'PatchMeBody')
  @Answers(MeAnswer)
  async patch(@CurrentUser() userId: string, @Body() body: object): Promise<MeAnswer> {
    await this.me.set(userId, body);
    return meAnswer(await this.me.get(userId));
  }
}
