import { createECDH, ECDH, generateKeyPairSync } from 'node:crypto';
import { parseUrl } from '../common/url.js';
import type { PushOptions } from './options.js';

const CURVE = 'prime256v1';

/** Of an uncompressed point, and of a number. */
const PUBLIC_BYTES = 65;
const PRIVATE_BYTES = 32;

/** Names that never lead to the internet (RFC 2606, RFC 6761): push services that look refuse such a subject. */
const RESERVED = /\.(localhost|local|internal|localdomain|test|invalid|example)$/i;

/** A new pair of keys, as base64url. */
export function createVapidKeys(): { publicKey: string; privateKey: string } {
  const { d } = generateKeyPairSync('ec', { namedCurve: CURVE }).privateKey.export({ format: 'jwk' });
  const privateKey = d as string;
  return { publicKey: publicKeyOf(privateKey), privateKey };
}

/** @throws when it is no private key */
export function publicKeyOf(privateKey: string): string {
  const pair = createECDH(CURVE);
  pair.setPrivateKey(privateKey, 'base64url');
  return pair.getPublicKey('base64url');
}

export function publicKeyProblem(value: unknown): string | undefined {
  const isRight = is(value, PUBLIC_BYTES, (text) =>
    ECDH.convertKey(text, CURVE, 'base64url', 'base64url', 'compressed'),
  );
  return isRight ? undefined : `must be a public key of P-256: ${PUBLIC_BYTES} bytes as base64url`;
}

// The value is not repeated: it is a secret.
export function privateKeyProblem(value: unknown): string | undefined {
  const isRight = is(value, PRIVATE_BYTES, publicKeyOf);
  return isRight ? undefined : `must be a private key of P-256: ${PRIVATE_BYTES} bytes as base64url`;
}

export function subjectProblem(value: unknown): string | undefined {
  const url = typeof value === 'string' ? parseUrl(value) : undefined;
  const [, mailDomain] = /^mailto:[^\s@]+@([^\s@?]+)$/.exec(String(value)) ?? [];
  const domain = url?.protocol === 'https:' ? url.hostname : mailDomain;
  const isReal = domain !== undefined && /\.[a-z][a-z0-9-]*[a-z0-9]$/i.test(domain) && !RESERVED.test(domain);
  if (isReal) return undefined;
  return 'must be where push services reach you: mailto: or https: with a real domain, such as "mailto:you@example.com"';
}

/** Keys, and who they are, are only of use together. @param nameOf the name by which an option was set */
export function vapidProblems(
  given: { [Name in keyof PushOptions]?: string | undefined },
  needsSubject: boolean,
  nameOf: (option: string) => string,
): string[] {
  const { publicKey, privateKey, subject } = given;
  const wanted = { publicKey, privateKey, ...(needsSubject && { subject }) };
  const names = Object.keys(wanted).map((name) => nameOf(`push.${name}`));
  const values = Object.values(wanted);
  const missing = names.filter((_name, at) => values[at] === undefined);
  if (missing.length === names.length) return [];
  const problems = missing.map((name) => `${name}: is missing (${names.join(', ')} belong together)`);
  if (publicKeyProblem(publicKey) !== undefined || privateKeyProblem(privateKey) !== undefined)
    return problems;
  if (publicKeyOf(privateKey as string) !== publicKey)
    problems.push(`${names[0]}: is not the public key of ${names[1]}`);
  return problems;
}

function is(value: unknown, length: number, read: (text: string) => unknown): boolean {
  if (typeof value !== 'string' || !/^[\w-]+$/.test(value)) return false;
  if (Buffer.from(value, 'base64url').length !== length) return false;
  try {
    read(value);
    return true;
  } catch {
    return false;
  }
}
