import { CurrentUser, UserRoutes } from '../../auth/auth.decorators.js';
import { AnswersJson, Body, Controller, Post } from '../../common/routes.js';
import { SearchService } from '../../notifications/search.service.js';
import { LIST_SHAPE } from './inbox.shape.js';
import { SearchBody, SearchPageAnswer } from './search.dto.js';
import { searchPageJson, searchRequest } from './search.mapper.js';

@UserRoutes()
@Controller('notifications/search', 'notifications')
export class SearchController {
  constructor(private readonly search: SearchService) {}

  @Post('', 'List notifications by filter and order')
  @AnswersJson(SearchPageAnswer)
  async find(@CurrentUser() userId: string, @Body() body: SearchBody): Promise<string> {
    return searchPageJson(await this.search.search(LIST_SHAPE, searchRequest(userId, body)));
  }
}
