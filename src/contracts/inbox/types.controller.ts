import { CallerRoutes } from '../../auth/auth.decorators.js';
import { Catalogue } from '../../catalogue/catalogue.js';
import { Answers, Controller, Get } from '../../common/routes.js';
import { TypesAnswer, typesAnswer } from './types.dto.js';

@CallerRoutes()
@Controller('notification-types', 'notification types')
export class TypesController {
  constructor(private readonly catalogue: Catalogue) {}

  @Get('', 'List the channels, and the types of the catalogue')
  @Answers(TypesAnswer)
  list(): TypesAnswer {
    return typesAnswer(this.catalogue);
  }
}
