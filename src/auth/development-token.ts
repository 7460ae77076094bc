import jwt from 'jsonwebtoken';
import { invalidInput } from '../common/errors.js';
import { checkUserId } from '../common/validation.js';
import type { AuthOptions } from '../config/options.js';

/** How long a token made by hand is good, unless another time is asked for. */
export const DEFAULT_TOKEN_DAYS = 30;

/**
 * A token for trying things out as a user: HS256 with the shared secret, and the issuer and audience that the
 * server asks for.
 *
 * @param expiresInDays days for which it is good; fractions are taken to the second
 * @throws CarillonError `invalid_input` when no user can have the id, or there is no secret to sign with
 */
export function mintDevelopmentToken(
  auth: AuthOptions,
  userId: string,
  expiresInDays = DEFAULT_TOKEN_DAYS,
): string {
  const subject = checkUserId(userId, 'user');
  if (!(expiresInDays > 0)) throw invalidInput([{ path: 'days', message: 'must be more than 0' }]);
  if (!auth.jwtSecret) {
    const message = 'is not set, and only the identity provider can sign tokens for JWT_JWKS_URL';
    throw invalidInput([{ path: 'JWT_SECRET', message }]);
  }
  return jwt.sign({}, auth.jwtSecret, {
    algorithm: 'HS256',
    subject,
    expiresIn: Math.max(1, Math.round(expiresInDays * 86_400)),
    ...(auth.issuer && { issuer: auth.issuer }),
    ...(auth.audience && { audience: auth.audience }),
  });
}
