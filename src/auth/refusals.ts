import { CarillonError } from '../common/errors.js';

/** Nobody, or somebody who cannot be believed. One answer for all reasons, so that it tells an attacker none. */
export function unauthenticated(): CarillonError {
  return new CarillonError('unauthenticated', 'This needs valid credentials.');
}
