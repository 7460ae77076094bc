import type { Target } from './formats/format.js';

/** A piece of a secret that is shorter than this gives nothing away, and stands in many a message by chance. */
const PIECE = 6;

/** A message repeats what it complains about, so that it can be of any length. */
const MAX_MESSAGE = 2_000;

/**
 * What the log gets to know of an error that met with the secrets of a target: its stack, without the message where so
 * much as a piece of a secret stands in it.
 * @param target undefined when nothing had been decrypted yet
 */
export function faultReport(error: unknown, target: Target | undefined): string {
  if (!(error instanceof Error)) return `${typeof error} was thrown`;
  const message = error.message.slice(0, MAX_MESSAGE).replace(/\s+/g, ' ');
  const secrets = target ? [target.url, ...Object.values(target.credentials), ...target.secrets] : [];
  const shown = secrets.some((secret) => hasPieceOf(secret, message))
    ? '(its message has a secret in it)'
    : message;
  return [`${error.name}: ${shown}`, ...framesOf(error)].join('\n');
}

function hasPieceOf(secret: string, message: string): boolean {
  const last = Math.max(0, secret.length - PIECE);
  for (let at = 0; at <= last; at += 1) if (message.includes(secret.slice(at, at + PIECE))) return true;
  return false;
}

/** Where it came from: the lines of the stack after the message, which may have several. */
function framesOf({ stack = '' }: Error): string[] {
  return stack.split('\n').filter((line) => line.startsWith('    at '));
}
