import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Cheap polling, as an `onSend` hook: an answer that a client has already is a 304 without a body. Reads only, and
 * good ones only: @fastify/etag would also answer a repeated POST, or a 404, with "not modified".
 */
export function answerNotModified(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: (error: null, payload: unknown) => void,
): void {
  // Fastify answers HEAD with what GET answers, and takes the body away after this.
  const reads = request.method === 'GET' || request.method === 'HEAD';
  if (!reads || reply.statusCode !== 200) return done(null, payload);
  const etag = tagged(payload, reply);
  if (etag === undefined || !matches(request.headers['if-none-match'], etag)) return done(null, payload);
  if (payload instanceof Readable) payload.destroy();
  for (const name of ['content-type', 'content-length', 'content-encoding']) void reply.removeHeader(name);
  void reply.code(304);
  done(null, '');
}

/** The tag of an answer, which it has from then on; that of a file is the file server's. */
function tagged(payload: unknown, reply: FastifyReply): string | undefined {
  const whole = typeof payload === 'string' || Buffer.isBuffer(payload);
  if (!whole) return (reply.getHeader('etag') as string | undefined)?.replace(/^W\//, '');
  // Ten microseconds for a page of 50: far less than what the same page costs a network or a phone.
  const etag = `"${hash('sha1', payload, 'base64url')}"`;
  void reply.header('ETag', etag);
  return etag;
}

/**
 * What a proxy that compresses adds to a tag, and passes back as it got it: Apache `-gzip` and `-br`, Jetty `--gzip`,
 * others `;gzip`. No tag of this server is another one with such an end: those of answers have one length, and files' are numbers.
 */
const COMPRESSED = /^(--?|[;:+.])(x-gzip|gzip|br|deflate|zstd)"$/i;

/** RFC 9110, section 13.1.2: a list of tags, or `*`; a weak tag of the same text will do. */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  // A foreign tag may have commas and stars in it; one of this server has neither, so that no piece of another is it.
  if (header.trim() === '*') return true;
  const beginning = etag.slice(0, -1);
  return header.split(',').some((tag) => {
    const trimmed = tag.trim();
    const text = trimmed.startsWith('W/') ? trimmed.slice(2) : trimmed;
    return text === etag || (text.startsWith(beginning) && COMPRESSED.test(text.slice(beginning.length)));
  });
}
