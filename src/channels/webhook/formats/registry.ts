import { discord } from './discord.js';
import type { WebhookFormat } from './format.js';
import { generic } from './generic.js';
import { ntfy } from './ntfy.js';
import { slack } from './slack.js';

const FORMATS: readonly WebhookFormat[] = [discord, slack, ntfy, generic];

export const KINDS: readonly string[] = FORMATS.map(({ kind }) => kind);

const BY_KIND = new Map(FORMATS.map((format) => [format.kind, format]));

export function formatOf(kind: string): WebhookFormat | undefined {
  return BY_KIND.get(kind);
}
