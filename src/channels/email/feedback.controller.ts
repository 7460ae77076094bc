import { Body, HttpCode } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { ProducerRoutes } from '../../auth/auth.decorators.js';
import { Documented } from '../../common/documented.js';
import { ApiProblem } from '../../common/problem.dto.js';
import { Takes } from '../../common/refuse-extras.guard.js';
import { Controller, Post } from '../../common/routes.js';
import { EmailFeedback, EmailFeedbackBody } from './feedback.js';

/** What is posted is checked by the core. */
@Documented(EmailFeedbackBody)
class FeedbackBody {}

class FeedbackAnswer {
  @ApiProperty({ description: 'Whether the address gets nothing more until the user has another one.' })
  suppressed: boolean;
}

@ApiTags('email')
@ProducerRoutes('events')
@Controller('email/feedback')
export class EmailFeedbackController {
  constructor(private readonly feedback: EmailFeedback) {}

  @Post('', 'Say that a mail came back, or was called spam')
  @HttpCode(200)
  @Takes(['body'])
  @ApiBody({ type: FeedbackBody })
  @ApiOkResponse({ type: FeedbackAnswer })
  @ApiProblem(404, 'No such mail was sent here, or it is not kept any more.')
  take(@Body() body: object): Promise<FeedbackAnswer> {
    return this.feedback.take(body);
  }
}
