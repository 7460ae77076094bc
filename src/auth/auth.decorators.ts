import { applyDecorators, createParamDecorator, UseGuards, type ExecutionContext } from '@nestjs/common';
import { ApiBearerAuth, ApiCookieAuth, ApiSecurity } from '@nestjs/swagger';
import { ApiProblem } from '../common/problem.dto.js';
import { RefuseExtrasGuard } from '../common/refuse-extras.guard.js';
import { CallerGuard } from './caller.guard.js';
import type { Principal } from './principal.js';
import { ProducerGuard, RouteScope } from './producer.guard.js';
import type { AuthenticatedRequest } from './request.js';
import type { Scope } from './scopes.js';
import { UserGuard } from './user.guard.js';

/** The names of the security schemes in the OpenAPI document. */
export const SECURITY = { bearer: 'bearer', cookie: 'cookie', apiKey: 'apiKey' } as const;

/** What any guarded route may answer, for the OpenAPI documents. */
const ApiCommonProblems = () =>
  applyDecorators(
    ApiProblem(400, 'Something in the query or the body is wrong, or not known.'),
    ApiProblem(503, 'Too much to do, or no database, for now; see Retry-After.'),
    ApiProblem('default', 'Any other failure.'),
  );

/** Routes for users: API keys are answered with 403, all others without a valid token with 401. */
export function UserRoutes(): ClassDecorator & MethodDecorator {
  return applyDecorators(
    ApiCommonProblems(),
    UseGuards(UserGuard, RefuseExtrasGuard),
    ApiBearerAuth(SECURITY.bearer),
    ApiCookieAuth(SECURITY.cookie),
    ApiProblem(401, 'No valid token.'),
    ApiProblem(403, 'An API key, or a write from another site with the cookie.'),
  );
}

/**
 * Routes for producers: users are answered with 403, all others without a valid API key with 401.
 * @param scope that the key must have; one without it is answered with 403 too
 */
export function ProducerRoutes(scope: Scope): ClassDecorator & MethodDecorator {
  return applyDecorators(
    ApiCommonProblems(),
    RouteScope(scope),
    UseGuards(ProducerGuard, RefuseExtrasGuard),
    ApiSecurity(SECURITY.apiKey),
    ApiProblem(401, 'No valid API key.'),
    ApiProblem(403, `A user, or an API key without the scope "${scope}".`),
    ApiProblem(429, 'More requests than the key may make; see Retry-After.'),
  );
}

/** Routes that only read what concerns no user: users and API keys may, all others are answered with 401. */
export function CallerRoutes(): ClassDecorator & MethodDecorator {
  return applyDecorators(
    ApiCommonProblems(),
    UseGuards(CallerGuard, RefuseExtrasGuard),
    ApiBearerAuth(SECURITY.bearer),
    ApiCookieAuth(SECURITY.cookie),
    ApiSecurity(SECURITY.apiKey),
    ApiProblem(401, 'Neither a valid token nor a valid API key.'),
  );
}

/** A parameter: who makes the request. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext) =>
  principalOf(context),
);

/** A parameter: the id of the user who makes the request. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const principal = principalOf(context);
  if (principal.kind !== 'user') throw new Error('@CurrentUser() needs a route with @UserRoutes().');
  return principal.userId;
});

function principalOf(context: ExecutionContext): Principal {
  const principal = context.switchToHttp().getRequest<AuthenticatedRequest>().carillonPrincipal;
  if (!principal) throw new Error('This route has neither @UserRoutes() nor @ProducerRoutes().');
  return principal;
}
