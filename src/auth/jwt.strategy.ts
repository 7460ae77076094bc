import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import passport from 'passport';
import { Strategy } from 'passport-jwt';
import { CarillonError } from '../common/errors.js';
import { CARILLON_OPTIONS, type CarillonOptions } from '../config/options.js';
import { readClaims, type Claims } from './claims.js';
import { tokenOf } from './credentials.js';
import { namesNoUser, unauthenticated } from './refusals.js';
import { ALGORITHMS, VerificationKeys } from './verification-keys.js';

/** Seconds by which the clock of a token's issuer may differ from this one; for `exp` and `nbf` alike. */
const CLOCK_TOLERANCE = 5;

/** Verifies a user's token from the Bearer header or the cookie. Its answer is the token's {@link Claims}. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'carillon-jwt') implements OnModuleDestroy {
  constructor(@Inject(CARILLON_OPTIONS) { auth }: CarillonOptions, keys: VerificationKeys) {
    super({
      jwtFromRequest: (request: FastifyRequest) => tokenOf(request.headers, auth.cookieName)?.token ?? null,
      secretOrKeyProvider: (
        _request: unknown,
        token: string,
        done: (error: unknown, key?: Buffer) => void,
      ) => {
        keys
          .keyFor(token)
          // jsonwebtoken takes a KeyObject as it is; passport-jwt's types know only its older forms.
          .then((key) => (key ? done(null, key as unknown as Buffer) : done(unauthenticated())))
          // What jsonwebtoken throws at an odd payload (a signed `null`) ends here too, and not as an unhandled rejection.
          .catch((error: unknown) => done(error instanceof CarillonError ? error : unauthenticated()));
      },
      algorithms: [...ALGORITHMS],
      issuer: auth.issuer,
      audience: auth.audience,
      jsonWebTokenOptions: { clockTolerance: CLOCK_TOLERANCE },
    });
    // Passport keeps its strategies by name, for the whole process: two applications in one process, or a host's
    // own strategy named `jwt`, must not replace each other's.
    this.name = `carillon-jwt-${randomUUID()}`;
    passport.use(this.name, this);
  }

  /** @throws CarillonError `unauthenticated`, saying what is wrong with the payload of a token that is rightly signed */
  validate(payload: unknown): Claims {
    const claims = readClaims(payload);
    if ('problem' in claims) throw namesNoUser(claims.problem);
    return claims;
  }

  onModuleDestroy(): void {
    passport.unuse(this.name);
  }
}
