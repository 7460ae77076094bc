import { cut, units, type Measure } from '../../cut.js';
import { visible } from '../../../common/text.js';
import { absoluteLink, chatVerdict, postJson, titleOf, type WebhookFormat } from './format.js';

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
  // Slack allows one message a second per webhook, and short bursts above that.
  limits: { concurrency: 1, perSecond: 1, burst: 4 },

  request(content, target) {
    const { event, notification } = content;
    const title = titleOf(content);
    const body = visible(notification.body);
    const link = absoluteLink(notification.link, MAX_LINK);
    const blocks: object[] = [
      { type: 'header', text: { type: 'plain_text', text: fit(title, MAX_HEADER), emoji: false } },
    ];
    if (body !== undefined) blocks.push(section(fit(body, MAX_SECTION)));
    if (link) blocks.push(section(`<${escape(link.href)}|Open>`));
    blocks.push({ type: 'context', elements: [markdown(fit(event, MAX_CONTEXT))] });
    // The text is what notifications and screen readers show in place of the blocks, and all that Mattermost shows.
    const text = fit(body === undefined ? title : `${title}\n${body}`, MAX_TEXT);
    return postJson(target.url, { text, blocks });
  },

  // Slack says a plain `ok`; Rocket.Chat, Mattermost and Zulip, which take the same messages, say yes in other words.
  verdict(answer) {
    const verdict = chatVerdict(answer);
    return verdict === 'delivered' && isRefusal(answer.body) ? 'retry' : verdict;
  },
};

/**
 * Slack's words for what it did not do. It says them with a 4xx or 5xx since 2016, others that speak like it with a 200:
 * https://docs.slack.dev/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks
 */
const REFUSALS = new Set([
  'action_prohibited',
  'channel_is_archived',
  'channel_not_found',
  'invalid_blocks',
  'invalid_payload',
  'invalid_token',
  'missing_text_or_fallback_or_attachments',
  'no_active_hooks',
  'no_service',
  'no_service_id',
  'no_team',
  'no_text',
  'posting_to_general_channel_denied',
  'rollup_error',
  'team_disabled',
  'too_many_attachments',
  'user_not_found',
]);

/** Whether an answer with a 2xx says all the same that the message was not taken. */
function isRefusal(body: string): boolean {
  const said = read(body.trim());
  if (typeof said === 'string') return REFUSALS.has(said);
  const { ok, success, result, status, error } = said;
  if (ok === false || success === false || result === 'error' || status === 'error') return true;
  // An error beside a yes is a warning.
  return typeof error === 'string' && error !== '' && ok !== true && success !== true && result !== 'success';
}

/** The JSON object that a text is, otherwise the text. */
function read(text: string): string | Record<string, unknown> {
  if (!text.startsWith('{')) return text;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return text;
  }
}

function section(text: string): object {
  return { type: 'section', text: markdown(text) };
}

/** `verbatim` keeps Slack from making links and mentions out of what looks like one. */
function markdown(text: string): object {
  return { type: 'mrkdwn', text, verbatim: true };
}
