import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ApiKeyService } from './api-key.service.js';
import { apiKeyOf } from './credentials.js';
import { nameUser } from './name-user.js';
import { unauthenticated } from './refusals.js';
import type { AuthenticatedRequest } from './request.js';
import { UserAuthenticator } from './user-authenticator.js';

/** Lets users and API keys pass: for reads that concern no user. */
@Injectable()
export class CallerGuard implements CanActivate {
  constructor(
    private readonly apiKeys: ApiKeyService,
    private readonly users: UserAuthenticator,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const key = apiKeyOf(request.headers);
    const caller =
      key === undefined ? await this.users.authenticate(context) : await this.apiKeys.authenticate(key);
    if (!caller) throw unauthenticated();
    if (caller.kind === 'user') nameUser(context, caller.userId);
    request.carillonPrincipal = caller;
    return true;
  }
}
