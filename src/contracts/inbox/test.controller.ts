import { Body, HttpCode } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { CurrentUser, UserRoutes } from '../../auth/auth.decorators.js';
import { ChannelTest, ChannelTester, type ChannelTested } from '../../channels/channel-tester.js';
import { Documented } from '../../common/documented.js';
import { ApiProblem } from '../../common/problem.dto.js';
import { Takes } from '../../common/refuse-extras.guard.js';
import { Controller, Post } from '../../common/routes.js';

@Documented(ChannelTest)
class TestBody {}

class TestAnswer implements ChannelTested {
  @ApiProperty()
  channel: string;

  @ApiProperty({ enum: ['delivered', 'failed'] })
  status: 'delivered' | 'failed';

  @ApiPropertyOptional({ description: 'Why it failed.' })
  error?: string;
}

@ApiTags('me')
@UserRoutes()
@Controller('me/test')
export class TestController {
  constructor(private readonly tester: ChannelTester) {}

  @Post('', 'Send the user a test by a channel, at once and once')
  @HttpCode(200)
  @Takes(['body'])
  @ApiBody({ type: TestBody })
  @ApiOkResponse({ type: TestAnswer })
  @ApiProblem(429, 'Too many tests; see Retry-After.')
  test(@CurrentUser() userId: string, @Body() body: object): Promise<TestAnswer> {
    return this.tester.test(userId, body);
  }
}
