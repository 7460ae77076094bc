import { cut, units, type Measure } from './cut.js';
import { absoluteLink, isPermanent, JSON_TYPE, type WebhookFormat } from './format.js';

// https://docs.slack.dev/reference/block-kit/blocks and https://docs.slack.dev/changelog/2018-04-truncating-really-long-messages
const MAX_TEXT = 4000;
const MAX_HEADER = 150;
const MAX_SECTION = 3000;
const MAX_CONTEXT = 2000;
const MAX_LINK = 2000;

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Slack's three control characters: unescaped, `<!channel>` in a text would ping everybody. */
function escape(text: string): string {
  return text.replace(/[&<>]/g, (character) => ENTITIES[character] ?? character);
}

/** Limits hold for the escaped text, and it must not be cut inside `&amp;`. */
const escapedUnits: Measure = (text) => units(escape(text));

function fit(text: string, limit: number): string {
  return escape(cut(text, limit, escapedUnits));
}

export const slack: WebhookFormat = {
  kind: 'slack',
  urlIsSecret: true,
  signed: false,
  takesCredentials: false,
  // Slack allows one message a second per webhook, and short bursts above that.
  limits: { concurrency: 1, perSecond: 1, burst: 4 },

  urlProblem: () => undefined,

  request({ event, notification }, target) {
    const title = notification.title.trim() || event;
    const link = absoluteLink(notification.link, MAX_LINK);
    const blocks: object[] = [
      { type: 'header', text: { type: 'plain_text', text: fit(title, MAX_HEADER), emoji: false } },
    ];
    if (notification.body?.trim()) blocks.push(section(fit(notification.body, MAX_SECTION)));
    // `|` would end the address inside Slack's link syntax.
    if (link) blocks.push(section(`<${escape(link).replaceAll('|', '%7C')}|Open>`));
    blocks.push({ type: 'context', elements: [markdown(fit(event, MAX_CONTEXT))] });
    // The text is what notifications and screen readers show in place of the blocks.
    const text = fit([title, notification.body].filter(Boolean).join('\n'), MAX_TEXT);
    return {
      url: target.url,
      headers: { 'content-type': JSON_TYPE },
      body: JSON.stringify({ text, blocks }),
    };
  },

  // Slack answers a plain `ok`; anything else with 200 is not Slack. Its documents call every 4xx permanent but 429.
  verdict({ status, body }) {
    if (status >= 200 && status < 300) return body.trim() === 'ok' ? 'delivered' : 'retry';
    if (status === 410) return 'gone';
    return isPermanent(status) ? 'failed' : 'retry';
  },
};

function section(text: string): object {
  return { type: 'section', text: markdown(text) };
}

/** `verbatim` keeps Slack from making links and mentions out of what looks like one. */
function markdown(text: string): object {
  return { type: 'mrkdwn', text, verbatim: true };
}
