import { domainToASCII } from 'node:url';

/** RFC 5321, section 4.5.3.1, in octets: what no mail server takes more of. */
const MAX_LOCAL = 64;
const MAX_ADDRESS = 254;

/** What atoms are made of (RFC 5322), and every letter beyond ASCII (RFC 6531); invisible characters are none. */
const LOCAL = /^[^\s"(),:;<>@[\\\]\p{C}\p{Z}.]+(\.[^\s"(),:;<>@[\\\]\p{C}\p{Z}.]+)*$/u;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/**
 * Why an e-mail address cannot be written to, or undefined. International ones are right, in the name and in the domain. An
 * address goes into headers as it is: one with a line break would add its own.
 */
export function addressProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be a string or null';
  if (Buffer.byteLength(value) > MAX_ADDRESS) return `must have at most ${MAX_ADDRESS} bytes`;
  const at = value.lastIndexOf('@');
  const local = value.slice(0, Math.max(at, 0));
  const isAddress =
    value.isWellFormed() &&
    LOCAL.test(local) &&
    Buffer.byteLength(local) <= MAX_LOCAL &&
    isDomain(value.slice(at + 1));
  return isAddress ? undefined : 'must be an e-mail address, such as "anna@example.com"';
}

function isDomain(domain: string): boolean {
  // What the URL parser would unescape or leave out is no part of a domain.
  if (/[\s%/\\?#:[\]\p{C}]/u.test(domain)) return false;
  const labels = domainToASCII(domain).split('.');
  return labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '');
}
