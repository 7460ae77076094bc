import { Body, HttpCode } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, UserRoutes } from '../../auth/auth.decorators.js';
import { AnswersJson, Controller, Post } from '../../common/routes.js';
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

  @Post('', 'List notifications by filter and order')
  @Takes(['body'])
  @HttpCode(200)
  @AnswersJson(SearchPageAnswer)
  async find(@CurrentUser() userId: string, @Body() body: SearchBody): Promise<string> {
    return searchPageJson(await this.search.search(LIST_SHAPE, searchRequest(userId, body)));
  }
}
