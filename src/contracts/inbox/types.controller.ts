import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { CallerRoutes } from '../../auth/auth.decorators.js';
import { Catalogue } from '../../catalogue/catalogue.js';
import { Controller, Get } from '../../common/routes.js';
import { TypesAnswer, typesAnswer } from './types.dto.js';

@ApiTags('notification types')
@CallerRoutes()
@Controller('notification-types')
export class TypesController {
  constructor(private readonly catalogue: Catalogue) {}

  @Get('', 'List the channels, and the types of the catalogue')
  @ApiOkResponse({ type: TypesAnswer })
  list(): TypesAnswer {
    return typesAnswer(this.catalogue);
  }
}
