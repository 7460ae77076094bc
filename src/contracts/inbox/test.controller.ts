import { CurrentUser, UserRoutes } from '../../auth/auth.decorators.js';
import { ChannelTest, ChannelTester } from '../../channels/channel-tester.js';
import { ApiProblem } from '../../common/problem.dto.js';
import { Answers, Body, Controller, Post } from '../../common/routes.js';
import { Answer, ApiBodyOf } from '../../common/documented.js';

class TestAnswer extends Answer({
  channel: String,
  status: { enum: ['delivered', 'failed'] },
  error: { type: String, required: false, description: 'Why it failed.' },
}) {}

@UserRoutes()
@Controller('me/test', 'me')
export class TestController {
  constructor(private readonly tester: ChannelTester) {}

  @Post('', 'Send the user a test by a channel, at once and once')
  @ApiBodyOf(ChannelTest, 'TestBody')
  @Answers(TestAnswer)
  @ApiProblem(429, 'Too many tests; see Retry-After.')
  test(@CurrentUser() userId: string, @Body() body: object): Promise<TestAnswer> {
    return this.tester.test(userId, body);
  }
}
