import { HttpCode, Param } from '@nestjs/common';
import { ApiAcceptedResponse, ApiCreatedResponse } from '@nestjs/swagger';
import { CurrentUser, UserRoutes } from '../../auth/auth.decorators.js';
import { Answers, Body, Controller, Delete, Get, Patch, Post, Query } from '../../common/routes.js';
import { ApiProblem } from '../../common/problem.dto.js';
import { ApiBodyOf, IdAnswer } from '../../common/documented.js';
import { DeliveriesService } from './deliveries.service.js';
import { EndpointTester } from './endpoint-tester.js';
import { EndpointsService } from './endpoints.service.js';
import {
  DeliveryAnswer,
  DeliveryPage,
  ListDeliveriesQuery,
  WebhookAnswer,
  WebhookList,
  WebhookTestAnswer,
} from './webhooks.dto.js';
import { deliveriesPage, deliveryItem, deliveryPage } from './webhooks.mapper.js';
import { CreateEndpoint, PatchEndpoint } from './endpoint.dto.js';

@UserRoutes()
@Controller('webhooks', 'webhooks')
export class WebhooksController {
  constructor(
    private readonly endpoints: EndpointsService,
    private readonly deliveries: DeliveriesService,
    private readonly tester: EndpointTester,
  ) {}

  @Get('', 'List the webhooks')
  @Answers(WebhookList)
  async list(@CurrentUser() userId: string): Promise<WebhookList> {
    return { webhooks: await this.endpoints.list(userId) };
  }

  @Post('', 'Add a webhook; at most 20 a user')
  @ApiBodyOf(CreateEndpoint, 'CreateWebhookBody')
  @ApiCreatedResponse({ type: WebhookAnswer })
  @ApiProblem(409, 'There are as many as a user may have.')
  async create(@CurrentUser() userId: string, @Body() body: object): Promise<WebhookAnswer> {
    return { webhook: await this.endpoints.create(userId, body) };
  }

  @Get(':id', 'Get a webhook')
  @Answers(WebhookAnswer)
  @ApiProblem(404, 'No such webhook of the caller.')
  async get(@CurrentUser() userId: string, @Param('id') id: string): Promise<WebhookAnswer> {
    return { webhook: await this.endpoints.get(userId, id) };
  }

  @Patch(':id', 'Change a webhook; what is left out stays as it is')
  @ApiBodyOf(PatchEndpoint, 'PatchWebhookBody')
  @Answers(WebhookAnswer)
  @ApiProblem(404, 'No such webhook of the caller.')
  async patch(
    @CurrentUser() userId: string,
    @Param('id') id: string,
    @Body() body: object,
  ): Promise<WebhookAnswer> {
    return { webhook: await this.endpoints.update(userId, id, body) };
  }

  @Delete(':id', 'Delete a webhook; what was not sent yet is not sent any more')
  @Answers(IdAnswer)
  @ApiProblem(404, 'No such webhook of the caller.')
  async remove(@CurrentUser() userId: string, @Param('id') id: string): Promise<IdAnswer> {
    return { id: await this.endpoints.remove(userId, id) };
  }

  @Post(':id/test', 'Send a test event, once and now')
  @Answers(WebhookTestAnswer)
  @ApiProblem(404, 'No such webhook of the caller.')
  async test(@CurrentUser() userId: string, @Param('id') id: string): Promise<WebhookTestAnswer> {
    return { test: await this.tester.test(userId, id) };
  }

  @Post(':id/rotate-secret', 'Make a new signing secret; the old one signs too for 24 hours')
  @Answers(WebhookAnswer)
  @ApiProblem(404, 'No such webhook of the caller.')
  async rotateSecret(@CurrentUser() userId: string, @Param('id') id: string): Promise<WebhookAnswer> {
    return { webhook: await this.endpoints.rotateSecret(userId, id) };
  }

  @Get(':id/deliveries', 'List the deliveries of a webhook, newest first')
  @Answers(DeliveryPage)
  @ApiProblem(404, 'No such webhook of the caller.')
  async listDeliveries(
    @CurrentUser() userId: string,
    @Param('id') id: string,
    @Query() query: ListDeliveriesQuery,
  ): Promise<DeliveryPage> {
    return deliveryPage(await this.deliveries.list(userId, id, deliveriesPage(query)), query.limit);
  }

  @Post(':id/deliveries/:delivery_id/redeliver', 'Send a delivery again, with the same id')
  @HttpCode(202)
  @ApiAcceptedResponse({ type: DeliveryAnswer })
  @ApiProblem(404, 'No such delivery of the caller.')
  @ApiProblem(409, 'The webhook is disabled, or what the delivery says has been withdrawn.')
  async redeliver(
    @CurrentUser() userId: string,
    @Param('id') id: string,
    @Param('delivery_id') deliveryId: string,
  ): Promise<DeliveryAnswer> {
    return { delivery: deliveryItem(await this.deliveries.redeliver(userId, id, deliveryId)) };
  }
}
