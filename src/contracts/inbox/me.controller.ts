import { Body } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { MeService } from '../../audience/me.service.js';
import { CurrentUser, UserRoutes } from '../../auth/auth.decorators.js';
import { Takes } from '../../common/refuse-extras.guard.js';
import { Controller, Get, Patch } from '../../common/routes.js';
import { MeAnswer, PatchMeBody } from './me.dto.js';
import { meAnswer } from './me.mapper.js';

@ApiTags('me')
@UserRoutes()
@Controller('me')
export class MeController {
  constructor(private readonly me: MeService) {}

  @Get('', 'How the user is reached, and what they set about it')
  @ApiOkResponse({ type: MeAnswer })
  async get(@CurrentUser() userId: string): Promise<MeAnswer> {
    return meAnswer(await this.me.get(userId));
  }

  @Patch('', 'Set language, zone, quiet hours, pause and digests; null takes a setting back')
  @Takes(['body'])
  @ApiBody({ type: PatchMeBody })
  @ApiOkResponse({ type: MeAnswer })
  async patch(@CurrentUser() userId: string, @Body() body: object): Promise<MeAnswer> {
    await this.me.set(userId, body);
    return meAnswer(await this.me.get(userId));
  }
}
