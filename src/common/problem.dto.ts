import { applyDecorators } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiProperty,
  ApiPropertyOptional,
  ApiResponse,
  getSchemaPath,
} from '@nestjs/swagger';
import { ERROR_STATUS } from './errors.js';

class ProblemIssue {
  @ApiProperty({
    description: 'Where in the input it is; empty for all of it.',
    example: 'filter.OR[1].title',
  })
  path: string;

  @ApiProperty()
  message: string;
}

/** A failure, as the OpenAPI documents show it. */
class Problem {
  @ApiProperty({ example: 'urn:carillon:problem:not_found' })
  type: string;

  @ApiProperty({ example: 'Not Found' })
  title: string;

  @ApiProperty({ example: 404 })
  status: number;

  @ApiProperty({ description: 'One sentence for people.' })
  detail: string;

  @ApiProperty({ enum: Object.keys(ERROR_STATUS), description: 'What programs look at: it does not change.' })
  code: string;

  @ApiProperty({ description: 'The same as `detail`.' })
  error: string;

  @ApiPropertyOptional({ type: [ProblemIssue], description: 'For wrong input: every place that is wrong.' })
  errors?: ProblemIssue[];
}

/** OpenAPI: a failure that a route may answer. */
export function ApiProblem(
  status: number | 'default',
  description: string,
): ClassDecorator & MethodDecorator {
  return applyDecorators(
    ApiExtraModels(Problem),
    ApiResponse({
      status,
      description,
      content: { 'application/problem+json': { schema: { $ref: getSchemaPath(Problem) } } },
    }),
  );
}
