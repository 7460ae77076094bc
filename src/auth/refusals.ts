import { CarillonError } from '../common/errors.js';

/** No credentials, or ones that cannot be believed. One answer for all reasons, so that an attacker learns none. */
export function unauthenticated(): CarillonError {
  return new CarillonError('unauthenticated', 'This needs valid credentials.');
}

/** A token that is rightly signed and names no user. @param problem what is wrong with it, as a clause */
export function namesNoUser(problem: string): CarillonError {
  return new CarillonError('unauthenticated', `The token is signed rightly, but ${problem}.`);
}
