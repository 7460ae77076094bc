import type { Level } from '../../../config/options.js';
import { cut } from '../../cut.js';
import { visible } from '../../../common/text.js';
import { absoluteLink, chatVerdict, postJson, titleOf, type WebhookFormat } from './format.js';

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
  // Discord allows five requests in two seconds per webhook.
  limits: { concurrency: 2, perSecond: 2.5, burst: 5 },

  request(content, target) {
    const { event, notification } = content;
    const link = absoluteLink(notification.link, MAX_LINK);
    const isTaken = link !== undefined && takesLink(link);
    const embed = {
      // An embed without a visible title would be refused where there is no body either.
      title: cut(titleOf(content), MAX_TITLE),
      description: describe(visible(notification.body), isTaken ? undefined : link),
      url: isTaken ? link.href : undefined,
      color: COLOURS[notification.level],
      timestamp: notification.createdAt.toISOString(),
      footer: { text: cut(event, MAX_FOOTER) },
    };
    // Text from outside must not ping a whole channel.
    return postJson(target.url, { embeds: [embed], allowed_mentions: { parse: [] } });
  },

  // 404 says that the webhook was deleted in Discord; who goes on calling it is locked out in the end.
  verdict: chatVerdict,
};

/** The name of a host as the internet knows them, or an IPv4 address. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59}|\d{1,3})$/;

/**
 * Whether Discord takes a link as the embed's own. It refuses the whole message for one that it does not call well
 * formed, such as one to a host without a dot (https://github.com/go-gitea/gitea/issues/14379). Its rule is not
 * documented, so that this one is narrower.
 */
function takesLink({ hostname, username, password }: URL): boolean {
  return HOST.test(hostname) && username === '' && password === '';
}

/** The text, and below it a link that can only be shown as text. */
function describe(body: string | undefined, link: URL | undefined): string | undefined {
  const after = link === undefined ? '' : `\n\n${link.href}`;
  const text = body === undefined ? '' : cut(body, MAX_DESCRIPTION - after.length);
  return (text + after).trim() || undefined;
}
