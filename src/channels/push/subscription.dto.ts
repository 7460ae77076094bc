import { ECDH } from 'node:crypto';
import { IsText, MayBeNull, Reads, type Around, type Reading } from '../../common/rule.js';
import { readInput } from '../../common/validation.js';

/** What is known beside the input. */
export interface SubscriptionRules {
  /** Why nothing could be sent to an endpoint, already by its text. */
  endpointProblem(url: string): string | undefined;
}

/** The longest of the push services in use have about 500. */
const MAX_ENDPOINT_LENGTH = 2_000;
const MAX_DEVICE_LENGTH = 100;

/** RFC 8291: a point of P-256, not compressed, and sixteen random bytes. */
const PUBLIC_KEY_BYTES = 65;
const AUTH_BYTES = 16;

class SubscriptionKeys {
  @Reads(readPublicKey, { type: 'string', description: 'The public key, 65 bytes as base64url.' })
  p256dh: string;

  @Reads(readAuth, { type: 'string', description: 'The authentication secret, 16 bytes as base64url.' })
  auth: string;
}

/** What `PushSubscription.toJSON()` says in a browser. */
class BrowserSubscription {
  @Reads(readEndpoint, { type: 'string', format: 'uri', maxLength: MAX_ENDPOINT_LENGTH })
  endpoint: string;

  /** When it ends is known by the push service's answer, too. */
  @Reads(readExpiration, { type: 'number', required: false, nullable: true, description: 'Not used.' })
  expirationTime?: number | null;

  @Reads((given, path) => readInput(SubscriptionKeys, given, path), { type: SubscriptionKeys })
  keys: SubscriptionKeys;
}

/** A browser that is to get pushes. */
export class CreateSubscription {
  @Reads((given, path, { known }) => readInput(BrowserSubscription, given, path, { known }), {
    type: BrowserSubscription,
    description: 'What `PushSubscription.toJSON()` says.',
  })
  subscription: BrowserSubscription;

  @MayBeNull()
  @IsText(1, MAX_DEVICE_LENGTH, { description: 'Its name for the user.', example: 'Firefox on Linux' })
  device?: string | null = null;
}

/** What the URL guard refuses has a code of its own, when nothing else is wrong. */
function readEndpoint(given: unknown, path: string, { known }: Around): Reading<string> {
  if (typeof given !== 'string') return { issues: [{ path, message: 'must be a string' }] };
  if (given.length > MAX_ENDPOINT_LENGTH)
    return { issues: [{ path, message: `must have at most ${MAX_ENDPOINT_LENGTH} characters` }] };
  const message = (known as SubscriptionRules).endpointProblem(given);
  return message === undefined ? { value: given } : { issues: [{ path, message, code: 'refused_url' }] };
}

function readExpiration(given: unknown, path: string): Reading<number | null> {
  if (given === undefined || given === null) return { value: null };
  return typeof given === 'number'
    ? { value: given }
    : { issues: [{ path, message: 'must be a number or null' }] };
}

function readPublicKey(given: unknown, path: string): Reading<string> {
  const bytes = bytesOf(given);
  if (bytes?.length === PUBLIC_KEY_BYTES && isOnCurve(bytes)) return { value: bytes.toString('base64url') };
  return {
    issues: [{ path, message: `must be a public key of P-256: ${PUBLIC_KEY_BYTES} bytes as base64url` }],
  };
}

function readAuth(given: unknown, path: string): Reading<string> {
  const bytes = bytesOf(given);
  if (bytes?.length === AUTH_BYTES) return { value: bytes.toString('base64url') };
  return { issues: [{ path, message: `must be ${AUTH_BYTES} bytes as base64url` }] };
}

function bytesOf(given: unknown): Buffer | undefined {
  return typeof given === 'string' && /^[\w-]{1,100}={0,2}$/.test(given)
    ? Buffer.from(given, 'base64url')
    : undefined;
}

/** A point beside the curve would give parts of a secret away to who made it up. */
function isOnCurve(bytes: Buffer): boolean {
  try {
    ECDH.convertKey(bytes, 'prime256v1', undefined, undefined, 'compressed');
    return bytes[0] === UNCOMPRESSED;
  } catch {
    return false;
  }
}

const UNCOMPRESSED = 4;
