import { Param } from '@nestjs/common';
import { CurrentUser, UserRoutes } from '../../auth/auth.decorators.js';
import { Answers, AnswersJson, Controller, Get, Put, Query } from '../../common/routes.js';
import { ApiProblem } from '../../common/problem.dto.js';
import { parseId } from '../../common/typeid.js';
import { InboxService } from '../../notifications/inbox.service.js';
import { SearchService } from '../../notifications/search.service.js';
import {
  SiteParams,
  SitesListQuery,
  SitesNotification,
  SitesPage,
  SitesUnreadCount,
  SitesUpdated,
} from './sites.dto.js';
import { searchRequest, sitesPageJson } from './sites.mapper.js';
import { SITES_SHAPE } from './sites.shape.js';

@UserRoutes()
@Controller('', 'sites')
export class SitesController {
  constructor(
    private readonly inbox: InboxService,
    private readonly search: SearchService,
  ) {}

  @Get('sites/:site_id/notifications', 'List the notifications of a site')
  @AnswersJson(SitesPage)
  async list(
    @CurrentUser() userId: string,
    @Param() { site_id }: SiteParams,
    @Query() query: SitesListQuery,
  ): Promise<string> {
    return sitesPageJson(await this.search.search(SITES_SHAPE, searchRequest(userId, site_id, query)), query);
  }

  @Get('sites/:site_id/notifications/unread-count', 'Count the unread notifications of a site')
  @Answers(SitesUnreadCount)
  async unreadCount(
    @CurrentUser() userId: string,
    @Param() { site_id }: SiteParams,
  ): Promise<SitesUnreadCount> {
    return { unread_count: await this.inbox.unreadCount(userId, site_id) };
  }

  @Put('sites/:site_id/notifications/read-all', 'Mark every unread notification of a site read')
  @Answers(SitesUpdated)
  async readAll(@CurrentUser() userId: string, @Param() { site_id }: SiteParams): Promise<SitesUpdated> {
    return { updated: await this.inbox.markAll({ userId, teamId: site_id }) };
  }

  @Put('notifications/:id/read', 'Mark a notification read')
  @AnswersJson(SitesNotification)
  @ApiProblem(404, 'No such notification of the caller.')
  async read(@CurrentUser() userId: string, @Param('id') id: string): Promise<string> {
    return (await this.inbox.mark(SITES_SHAPE, userId, parseId(id), true)).json;
  }
}
