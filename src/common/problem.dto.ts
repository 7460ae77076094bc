import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { Answer } from './documented.js';
import { ERROR_STATUS } from './errors.js';

class ProblemIssue extends Answer({
  path: {
    type: String,
    description: 'Where in the input it is; empty for all of it.',
    example: 'filter.OR[1].title',
  },
  message: String,
}) {}

/** A failure, as the OpenAPI documents show it. */
class Problem extends Answer({
  type: { type: String, example: 'urn:carillon:problem:not_found' },
  title: { type: String, example: 'Not Found' },
  status: { type: Number, example: 404 },
  detail: { type: String, description: 'One sentence for people.' },
  code: {
    enum: Object.keys(ERROR_STATUS),
    description: 'What programs look at: it does not change.',
  },
  error: { type: String, description: 'The same as `detail`.' },
  errors: {
    type: [ProblemIssue],
    required: false,
    description: 'For wrong input: every place that is wrong.',
  },
}) {}

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
