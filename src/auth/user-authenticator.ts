import type { IncomingMessage } from 'node:http';
import { Inject, Injectable, type ExecutionContext, type HttpException } from '@nestjs/common';
import { explainFailure } from '../common/database-failure.js';
import { CarillonError } from '../common/errors.js';
import { within } from '../common/within.js';
import { CARILLON_OPTIONS, type CarillonOptions, type HostAuthenticator } from '../config/options.js';
import { isUserId, type Claims } from './claims.js';
import { tokenOf, type TokenCredential } from './credentials.js';
import { JwtGuard } from './jwt.guard.js';
import type { UserPrincipal } from './principal.js';
import { unauthenticated } from './refusals.js';
import type { AuthenticatedRequest } from './request.js';
import { VerifiedCache } from './verified-cache.js';

/** A host that takes longer does not answer: who waits is told so, and the end of the process waits for none of them. */
const TIMEOUT_MS = 10_000;

/** What an authenticator may say by the status of an exception. Of any other the caller is told nothing. */
const REFUSALS = {
  401: unauthenticated,
  403: () => new CarillonError('user_not_allowed', 'The application does not let this user in.'),
  503: soon,
} as Partial<Record<number, () => CarillonError>>;

/** What a verified token stands for. Made once, so that a request that finds it in the cache makes nothing. */
export type VerifiedToken = Record<TokenCredential['via'], UserPrincipal>;

/** Verified tokens. They live at most a minute, and never longer than they are good. */
export class TokenCache extends VerifiedCache<VerifiedToken> {
  constructor() {
    // Twice the users that the project is measured with, at the 800 characters of a usual RS256 token: about 16 MB.
    super({ entries: 20_000, characters: 16 * 1024 * 1024 });
  }
}

/** Says which user makes a request that brings no API key. */
@Injectable()
export class UserAuthenticator {
  private readonly cookieName: string;
  private readonly host: HostAuthenticator | undefined;

  constructor(
    @Inject(CARILLON_OPTIONS) options: CarillonOptions,
    private readonly jwt: JwtGuard,
    private readonly tokens: TokenCache,
  ) {
    this.cookieName = options.auth.cookieName;
    this.host = options.auth.authenticator;
  }

  /**
   * @throws CarillonError `unauthenticated`, or `unavailable` when the identity provider would have to be asked
   */
  async authenticate(context: ExecutionContext): Promise<UserPrincipal> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    if (this.host) return this.askHost(this.host, request.raw);
    const credential = tokenOf(request.headers, this.cookieName);
    if (!credential) throw unauthenticated();
    const known = this.tokens.get(credential.token) ?? (await this.verify(context, credential.token));
    return known[credential.via];
  }

  private async verify(context: ExecutionContext, token: string): Promise<VerifiedToken> {
    const generation = this.tokens.generation;
    await this.jwt.canActivate(context);
    const claims = context.switchToHttp().getRequest<AuthenticatedRequest>().carillonClaims;
    if (!claims) throw unauthenticated();
    const verified = { bearer: principal(claims, 'bearer'), cookie: principal(claims, 'cookie') };
    this.tokens.set(token, verified, generation, claims.expiresAt);
    return verified;
  }

  private async askHost(host: HostAuthenticator, request: IncomingMessage): Promise<UserPrincipal> {
    let userId: unknown;
    try {
      const asked = (async () => (userId = await host(request)))();
      if (!(await within(TIMEOUT_MS, asked))) throw soon();
    } catch (error) {
      throw refusalOf(error) ?? new Error('The authenticator failed.', { cause: error });
    }
    if (userId === null) throw unauthenticated();
    // Not the caller's mistake but the host's: it belongs into the log, not into a 401.
    if (!isUserId(userId)) throw new TypeError('The authenticator answered with what cannot be a user id.');
    return { kind: 'user', userId, via: 'host' };
  }
}

function principal(claims: Claims, via: TokenCredential['via']): UserPrincipal {
  // Shared by all requests with this token.
  return Object.freeze({ kind: 'user' as const, ...claims, via });
}

function soon(): CarillonError {
  return new CarillonError('unavailable', 'The application cannot say who the user is.', undefined, 1);
}

function refusalOf(thrown: unknown): CarillonError | undefined {
  const failure = explainFailure(thrown);
  if (failure instanceof CarillonError && failure.status === 503) return failure;
  const { getStatus } = (failure ?? {}) as Partial<HttpException>;
  // Not by its class: a host may have a second copy of Nest's.
  return typeof getStatus === 'function' ? REFUSALS[getStatus.call(failure)]?.() : undefined;
}
