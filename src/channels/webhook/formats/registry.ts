import { discord } from './discord.js';
import type { WebhookFormat } from './format.js';
import { generic } from './generic.js';
import { ntfy } from './ntfy.js';
import { slack } from './slack.js';

const FORMATS: readonly WebhookFormat[] = [discord, slack, ntfy, generic];

export const KINDS: readonly string[] = FORMATS.map(({ kind }) => kind);

const BY_KIND = new Map(FORMATS.map((format) => [format.kind, format]));

export function formatOf(kind: unknown): WebhookFormat | undefined {
  return BY_KIND.get(kind as string);
}

/** The format of an endpoint that is there. */
export function requireFormat(kind: string): WebhookFormat {
  const format = formatOf(kind);
  if (!format) throw new Error(`There is no format for ${kind} endpoints.`);
  return format;
}
