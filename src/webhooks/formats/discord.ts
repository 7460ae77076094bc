import type { Level } from '../../config/options.js';
import { cut } from './cut.js';
import { absoluteLink, isPermanent, JSON_TYPE, type WebhookFormat } from './format.js';

// https://discord.com/developers/docs/resources/message#embed-object-embed-limits. Together these stay below the
// 6,000 characters that all texts of a message may have.
const MAX_TITLE = 256;
const MAX_DESCRIPTION = 4096;
const MAX_FOOTER = 200;
const MAX_LINK = 2048;

const COLOURS: Record<Level, number> = {
  info: 0x3498db,
  success: 0x2ecc71,
  warning: 0xf1c40f,
  error: 0xe74c3c,
};

export const discord: WebhookFormat = {
  kind: 'discord',
  urlIsSecret: true,
  signed: false,
  takesCredentials: false,
  // Discord allows five requests in two seconds per webhook.
  limits: { concurrency: 2, perSecond: 2.5, burst: 5 },

  urlProblem: () => undefined,

  request({ event, notification }, target) {
    const embed = {
      // An embed without a visible title would be refused where there is no body either.
      title: cut(notification.title.trim() || event, MAX_TITLE),
      description: notification.body?.trim() ? cut(notification.body, MAX_DESCRIPTION) : undefined,
      url: absoluteLink(notification.link, MAX_LINK),
      color: COLOURS[notification.level],
      timestamp: notification.createdAt.toISOString(),
      footer: { text: cut(event, MAX_FOOTER) },
    };
    return {
      url: target.url,
      headers: { 'content-type': JSON_TYPE },
      // Text from outside must not ping a whole channel.
      body: JSON.stringify({ embeds: [embed], allowed_mentions: { parse: [] } }),
    };
  },

  // 404 says that the webhook was deleted in Discord; who goes on calling it is locked out in the end.
  verdict({ status }) {
    if (status >= 200 && status < 300) return 'delivered';
    if (status === 410) return 'gone';
    return isPermanent(status) ? 'failed' : 'retry';
  },
};
