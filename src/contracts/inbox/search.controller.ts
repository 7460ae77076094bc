import { Body, Header, HttpCode } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentUser, UserRoutes } from '../../auth/auth.decorators.js';
import { Controller, Post } from '../../common/routes.js';
import { Takes } from '../../common/refuse-extras.guard.js';
import { SearchService } from '../../notifications/search.service.js';
import { LIST_SHAPE } from './inbox.shape.js';
import { SearchBody, SearchPageAnswer } from './search.dto.js';
import { searchPageJson, searchRequest } from './search.mapper.js';

@ApiTags('notifications')
@UserRoutes()
@Controller('notifications/search')
export class SearchController {
  constructor(private readonly search: SearchService) {}

  @Post()
  @Takes(['body'])
  @HttpCode(200)
  @ApiOperation({ summary: 'List notifications by filter and order' })
  @ApiOkResponse({ type: SearchPageAnswer })
  @Header('Content-Type', 'application/json; charset=utf-8')
  async find(@CurrentUser() userId: string, @Body() body: SearchBody): Promise<string> {
    return searchPageJson(await this.search.search(LIST_SHAPE, searchRequest(userId, body)));
  }
}
