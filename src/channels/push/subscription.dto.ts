import { ECDH } from 'node:crypto';
import { IsText, MayBeNull, Reads, Rule, type Around, type Reader, type Reading } from '../../common/rule.js';
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
const readPublicKey = readBytes(65, 'must be a public key of P-256: 65 bytes as base64url', isOnCurve);
const readAuth = readBytes(16, 'must be 16 bytes as base64url');

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
  @MayBeNull()
  @Rule('isNumber', numberProblem, { type: 'number', nullable: true, description: 'Not used.' })
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

function numberProblem(given: unknown): string | undefined {
  return typeof given === 'number' ? undefined : 'must be a number or null';
}

/** What the URL guard refuses has a code of its own, when nothing else is wrong. */
function readEndpoint(given: unknown, path: string, { known }: Around): Reading<string> {
  if (typeof given !== 'string') return { issues: [{ path, message: 'must be a string' }] };
  if (given.length > MAX_ENDPOINT_LENGTH)
    return { issues: [{ path, message: `must have at most ${MAX_ENDPOINT_LENGTH} characters` }] };
  const message = (known as SubscriptionRules).endpointProblem(given);
  return message === undefined ? { value: given } : { issues: [{ path, message, code: 'refused_url' }] };
}

/** Base64url, with or without its padding. */
function readBytes(length: number, message: string, isRight = (_bytes: Buffer) => true): Reader<string> {
  return (given, path) => {
    const isText = typeof given === 'string' && /^[\w-]{1,100}={0,2}$/.test(given);
    const bytes = isText ? Buffer.from(given, 'base64url') : undefined;
    return bytes?.length === length && isRight(bytes)
      ? { value: bytes.toString('base64url') }
      : { issues: [{ path, message }] };
  };
}

/** A point beside the curve would give parts of a secret away to who made it up. */
function isOnCurve(bytes: Buffer): boolean {
  try {
    ECDH.convertKey(bytes, 'prime256v1', undefined, undefined, 'compressed');
    // A point that is not compressed.
    return bytes[0] === 4;
  } catch {
    return false;
  }
}
