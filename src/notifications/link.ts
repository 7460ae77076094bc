import { Rule } from '../common/rule.js';
import { textProblem } from '../common/text.js';
import { parseUrl } from '../common/url.js';

const MAX_LINK_LENGTH = 2_048;

/** class-validator: where a notification or an action leads. */
export function IsLink(shown: { description: string; example: string }): PropertyDecorator {
  return Rule('isLink', linkProblem, { type: 'string', maxLength: MAX_LINK_LENGTH, ...shown });
}

/** class-validator: the `https` URL of a picture. */
export function IsImage(): PropertyDecorator {
  return Rule('isImage', imageProblem, {
    type: 'string',
    maxLength: MAX_LINK_LENGTH,
    description: 'An https URL without credentials.',
    example: 'https://cdn.example.com/17.png',
  });
}

/**
 * Why a text cannot be a notification's link, or undefined when it can. A link is put into an `href`, so it must
 * never run script or lead to another host by a trick: browsers drop tabs and line breaks out of URLs and read `\`
 * as `/` (WHATWG URL Standard), so that `/\t/evil.example` and `/\evil.example` are another host's addresses.
 */
export function linkProblem(value: unknown): string | undefined {
  const problem = textProblem(value, 1, MAX_LINK_LENGTH);
  if (problem !== undefined) return problem;
  const link = value as string;
  // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
  if (/[\u0000-\u0020\u007f-\u009f]/.test(link)) return 'must not contain spaces or control characters';
  const url = /^https?:\/\/[^/\\]/i.test(link) ? parseUrl(link) : undefined;
  // Every recipient could read them, and Chrome loads no picture from such a URL.
  if (url && (url.username || url.password)) return 'must not contain credentials';
  if (url) return undefined;
  if (/^\/(?![/\\])/.test(link)) return undefined;
  return 'must be an http(s) URL or a path beginning with exactly one "/"';
}

/** Why a text cannot be a picture's address, or undefined when it can: every page that shows it loads it. */
function imageProblem(value: unknown): string | undefined {
  const problem = linkProblem(value);
  const isSecure = problem === undefined && /^https:/i.test(value as string);
  return isSecure || typeof value !== 'string' ? problem : 'must be an https URL';
}
