import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { CarillonError } from '../common/errors.js';
import { CARILLON_OPTIONS, type CarillonOptions } from '../config/options.js';
import { ApiKeyService } from './api-key.service.js';
import { apiKeyOf } from './credentials.js';
import { isCrossSite } from './csrf.js';
import { nameUser } from './name-user.js';
import { unauthenticated } from './refusals.js';
import type { AuthenticatedRequest } from './request.js';
import { UserAuthenticator } from './user-authenticator.js';

/** Lets users pass, and no API key: an inbox is read by the user whose it is. */
@Injectable()
export class UserGuard implements CanActivate {
  private readonly allowedOrigins: readonly string[];

  constructor(
    @Inject(CARILLON_OPTIONS) options: CarillonOptions,
    private readonly users: UserAuthenticator,
    private readonly apiKeys: ApiKeyService,
  ) {
    this.allowedOrigins = options.allowedOrigins;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const key = apiKeyOf(request.headers);
    if (key !== undefined) throw await this.refusalOf(key);
    const user = await this.users.authenticate(context);
    nameUser(context, user.userId);
    if (user.via === 'cookie') this.checkOrigin(request);
    request.carillonPrincipal = user;
    return true;
  }

  private async refusalOf(key: string): Promise<CarillonError> {
    if (!(await this.apiKeys.authenticate(key))) return unauthenticated();
    return new CarillonError('api_key_not_allowed', 'API keys can send notifications, not read an inbox.');
  }

  private checkOrigin(request: AuthenticatedRequest): void {
    const { method, headers } = request;
    const site = headers['sec-fetch-site'];
    const origin = {
      method,
      // A repeated header arrives joined, and is then none of the values that are let through.
      site: Array.isArray(site) ? site.join() : site,
      origin: headers.origin,
      // Fastify's: X-Forwarded-Host counts only where the application trusts its proxy.
      host: request.host,
    };
    if (!isCrossSite(origin, this.allowedOrigins)) return;
    throw new CarillonError('cross_site_request', 'Another site may not do this with the cookie of a user.');
  }
}
