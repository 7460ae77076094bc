import { Module } from '@nestjs/common';
import { CARILLON_OPTIONS, type CarillonOptions } from '../config/options.js';
import { ApiKeyService } from './api-key.service.js';
import { ApiKeyStore } from './api-key.store.js';
import { JwtGuard } from './jwt.guard.js';
import { JwtStrategy } from './jwt.strategy.js';
import { RateLimiter } from './rate-limit.js';
import { TokenCache, UserAuthenticator } from './user-authenticator.js';
import { VerificationKeys } from './verification-keys.js';

/** Who makes a request. `CARILLON_OPTIONS` and the database come from global modules. */
@Module({
  providers: [
    ApiKeyStore,
    ApiKeyService,
    TokenCache,
    {
      provide: VerificationKeys,
      inject: [CARILLON_OPTIONS, TokenCache],
      useFactory: ({ auth }: CarillonOptions, tokens: TokenCache) =>
        new VerificationKeys(auth, () => tokens.clear()),
    },
    JwtStrategy,
    // By hand: as an injectable it would be given the passport options of a host's own, global PassportModule.
    {
      provide: JwtGuard,
      inject: [JwtStrategy],
      useFactory: (strategy: JwtStrategy) => new JwtGuard(strategy),
    },
    UserAuthenticator,
    {
      provide: RateLimiter,
      inject: [CARILLON_OPTIONS],
      useFactory: ({ rateLimit }: CarillonOptions) => new RateLimiter(rateLimit),
    },
  ],
  exports: [ApiKeyService, UserAuthenticator, RateLimiter],
})
export class AuthModule {}
