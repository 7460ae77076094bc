import type { Level } from '../../../config/options.js';
import { bytes, cut, jsonBytes } from '../../cut.js';
import { visible } from '../../../common/text.js';
import {
  absoluteLink,
  chatVerdict,
  postJson,
  titleOf,
  type Credentials,
  type WebhookFormat,
} from './format.js';

// ntfy turns a message of 4,096 bytes or more into an attachment, and refuses a JSON body of more than twice that.
const MAX_MESSAGE_BYTES = 4095;
const MAX_BODY_BYTES = 8192;
const MAX_TITLE_BYTES = 250;
const MAX_LINK = 1024;

const TOPIC = /^[-_A-Za-z0-9]{1,64}$/;

// https://docs.ntfy.sh/publish/#message-priority and https://docs.ntfy.sh/emojis/
const BY_LEVEL: Record<Level, { priority: number; tags: string[] }> = {
  info: { priority: 3, tags: ['information_source'] },
  success: { priority: 3, tags: ['white_check_mark'] },
  warning: { priority: 4, tags: ['warning'] },
  error: { priority: 5, tags: ['rotating_light'] },
};

export const ntfy: WebhookFormat = {
  kind: 'ntfy',
  takesCredentials: true,
  // ntfy.sh gives a visitor 60 requests at once and one every five seconds after that; own servers more.
  limits: { concurrency: 2, perSecond: 1, burst: 30 },

  urlProblem(url) {
    if (url.search) return 'must not have a query: the topic is the last part of the path';
    return TOPIC.test(split(url).topic)
      ? undefined
      : 'must end with the topic: 1 to 64 letters, digits, "-" and "_"';
  },

  request(content, target) {
    const { notification } = content;
    const { root, topic } = split(new URL(target.url));
    const title = titleOf(content);
    // Without a text ntfy would show "triggered"; the title is said once then, as the message.
    const text = visible(notification.body);
    const envelope = {
      topic,
      ...(text !== undefined && { title: cut(title, MAX_TITLE_BYTES, bytes) }),
      message: '',
      ...BY_LEVEL[notification.level],
      click: absoluteLink(notification.link, MAX_LINK)?.href,
    };
    const room = MAX_BODY_BYTES - bytes(JSON.stringify(envelope));
    const message = cut(cut(text ?? title, MAX_MESSAGE_BYTES, bytes), room, jsonBytes);
    return postJson(root, { ...envelope, message }, authorization(target.credentials));
  },

  verdict: chatVerdict,
};

/** JSON is published to the root of the server; the topic goes into the body. */
function split(url: URL): { root: string; topic: string } {
  const path = url.pathname.replace(/\/$/, '');
  const slash = path.lastIndexOf('/');
  return { root: url.origin + path.slice(0, slash + 1), topic: path.slice(slash + 1) };
}

function authorization({ token, username, password }: Credentials): Record<string, string> {
  if (token !== undefined) return { authorization: `Bearer ${token}` };
  if (username === undefined) return {};
  const basic = Buffer.from(`${username}:${password ?? ''}`).toString('base64');
  return { authorization: `Basic ${basic}` };
}
