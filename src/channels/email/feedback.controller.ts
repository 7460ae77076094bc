import { ProducerRoutes } from '../../auth/auth.decorators.js';
import { ApiProblem } from '../../common/problem.dto.js';
import { Answers, Body, Controller, Post } from '../../common/routes.js';
import { Answer, ApiBodyOf } from '../../common/documented.js';
import { EmailFeedback, EmailFeedbackBody } from './feedback.js';

class FeedbackAnswer extends Answer({
  suppressed: {
    type: Boolean,
    description: 'Whether the address gets nothing more until the user has another one.',
  },
}) {}

@ProducerRoutes('events')
@Controller('email/feedback', 'email')
export class EmailFeedbackController {
  constructor(private readonly feedback: EmailFeedback) {}

  @Post('', 'Say that a mail came back, or was called spam')
  @ApiBodyOf(EmailFeedbackBody, 'FeedbackBody')
  @Answers(FeedbackAnswer)
  @ApiProblem(404, 'No such mail was sent here, or it is not kept any more.')
  take(@Body() body: object): Promise<FeedbackAnswer> {
    return this.feedback.take(body);
  }
}
