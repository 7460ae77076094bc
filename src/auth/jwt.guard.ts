import { AuthGuard } from '@nestjs/passport';
import { CarillonError } from '../common/errors.js';
import type { JwtStrategy } from './jwt.strategy.js';
import { unauthenticated } from './refusals.js';

/** The property of the request that passport's answer is put in. */
export const CLAIMS = 'carillonClaims';

/** Nest's bridge to passport, with our strategy and our errors. */
export class JwtGuard extends AuthGuard() {
  constructor(strategy: JwtStrategy) {
    super({ defaultStrategy: strategy.name, session: false, property: CLAIMS });
  }

  override handleRequest<Claims>(error: unknown, claims: Claims | false | null, info: unknown): Claims {
    if (error) throw error;
    // Passport reports what the strategy failed with as `info`: a provider that is down among them.
    if (info instanceof CarillonError) throw info;
    // Why a token is bad concerns its issuer alone: an attacker would learn from it.
    if (!claims) throw unauthenticated();
    return claims;
  }
}
