import { createHash, randomBytes } from 'node:crypto';
import { API_KEY_PREFIX } from './credentials.js';

/** 256 bits: not to be guessed, not even with the hashes at hand. */
const KEY_BYTES = 32;
const API_KEY = new RegExp(`^${API_KEY_PREFIX}[A-Za-z0-9_-]{43}$`);
/** The prefix and four characters: enough to recognise a key, and 232 bits remain secret. */
const HINT_LENGTH = API_KEY_PREFIX.length + 4;

export function makeApiKey(): string {
  return API_KEY_PREFIX + randomBytes(KEY_BYTES).toString('base64url');
}

/** Whether a text has the form of a key: what has not is refused without asking the database. */
export function isApiKey(text: string): boolean {
  return API_KEY.test(text);
}

export function hintOf(key: string): string {
  return key.slice(0, HINT_LENGTH);
}

/**
 * What is stored of a key. SHA-256, not bcrypt or argon2: those make guessing a person's password slow, and a key
 * of 256 random bits is not guessed at any speed, while every request would have to pay for them. Without a salt,
 * so that an index finds it: no two keys are equal.
 */
export function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
