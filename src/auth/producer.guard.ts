import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { CarillonError } from '../common/errors.js';
import { ApiKeyService } from './api-key.service.js';
import { apiKeyOf } from './credentials.js';
import { RateLimiter } from './rate-limit.js';
import { unauthenticated } from './refusals.js';
import type { AuthenticatedRequest } from './request.js';
import type { Scope } from './scopes.js';
import { UserAuthenticator } from './user-authenticator.js';

/** What a key needs for a route. */
export const RouteScope = Reflector.createDecorator<Scope>();

/** Lets API keys with the route's scope pass, each at its rate, and no user: one may not notify other users. */
@Injectable()
export class ProducerGuard implements CanActivate {
  constructor(
    private readonly apiKeys: ApiKeyService,
    private readonly users: UserAuthenticator,
    private readonly limiter: RateLimiter,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const key = apiKeyOf(request.headers);
    if (key === undefined) throw await this.refusalOfUser(context);
    const principal = await this.apiKeys.authenticate(key);
    if (!principal) throw unauthenticated();
    const wait = this.limiter.take(principal.keyId);
    if (wait > 0) {
      throw new CarillonError('rate_limited', 'This API key sends too many requests.', undefined, wait);
    }
    const scope = this.reflector.getAllAndOverride(RouteScope, [context.getHandler(), context.getClass()]);
    if (!principal.scopes.includes(scope)) {
      throw new CarillonError('missing_scope', `This needs an API key with the scope "${scope}".`);
    }
    request.carillonPrincipal = principal;
    return true;
  }

  private async refusalOfUser(context: ExecutionContext): Promise<CarillonError> {
    await this.users.authenticate(context);
    return new CarillonError('user_not_allowed', 'Only API keys can do this, not users.');
  }
}
