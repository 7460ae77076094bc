import { Param } from '@nestjs/common';
import { ApiCreatedResponse } from '@nestjs/swagger';
import { CurrentUser, UserRoutes } from '../../auth/auth.decorators.js';
import { ApiProblem } from '../../common/problem.dto.js';
import { Answers, Body, Controller, Delete, Get, Post } from '../../common/routes.js';
import { ApiBodyOf, IdAnswer } from '../../common/documented.js';
import { PushKeyAnswer, SubscriptionAnswer, subscriptionItem, SubscriptionList } from './push.dto.js';
import { SubscriptionsService } from './subscriptions.service.js';
import { CreateSubscription } from './subscription.dto.js';

@UserRoutes()
@Controller('push', 'push')
export class PushController {
  constructor(private readonly subscriptions: SubscriptionsService) {}

  @Get('key', 'Get the key to subscribe with')
  @Answers(PushKeyAnswer)
  @ApiProblem(404, 'Push is not set up.')
  key(): PushKeyAnswer {
    return { key: this.subscriptions.key() };
  }

  @Get('subscriptions', 'List the browsers that get pushes')
  @Answers(SubscriptionList)
  async list(@CurrentUser() userId: string): Promise<SubscriptionList> {
    return { subscriptions: (await this.subscriptions.list(userId)).map(subscriptionItem) };
  }

  @Post(
    'subscriptions',
    'Add a browser, or name it again; of more than 20 the one that was named longest ago gives way',
  )
  @ApiBodyOf(CreateSubscription, 'SubscribeBody')
  @ApiCreatedResponse({ type: SubscriptionAnswer })
  @ApiProblem(404, 'Push is not set up.')
  async add(@CurrentUser() userId: string, @Body() body: object): Promise<SubscriptionAnswer> {
    return { subscription: subscriptionItem(await this.subscriptions.add(userId, body)) };
  }

  @Delete('subscriptions/:id', 'Remove a browser; what was not sent yet is not sent to it any more')
  @Answers(IdAnswer)
  @ApiProblem(404, 'No such subscription of the caller.')
  async remove(@CurrentUser() userId: string, @Param('id') id: string): Promise<IdAnswer> {
    return { id: await this.subscriptions.remove(userId, id) };
  }
}
