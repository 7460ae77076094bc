import type { FastifyRequest } from 'fastify';
import type { Claims } from './claims.js';
import type { Principal } from './principal.js';

/** A request as the guards leave it. */
export interface AuthenticatedRequest extends FastifyRequest {
  carillonPrincipal?: Principal;
  /** Passport's answer, on its way to the principal. */
  carillonClaims?: Claims;
}
