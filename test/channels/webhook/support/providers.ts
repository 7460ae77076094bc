import type { ReceivedRequest, Respond } from '../../../outbound/support/targets.js';

/** What a receiver has against a body, by its documents and by what is known of the rest: every objection. */
type Check = (request: Pick<ReceivedRequest, 'path' | 'headers' | 'body'>) => string[];

/**
 * A receiver that enforces its documented limits: 400 with the objections, otherwise its usual answer.
 * @param limited how many requests are answered with 429 first
 */
export function strict(check: Check, accept: Respond, limited = 0, retryAfter = '0.05'): Respond {
  let left = limited;
  return (request, response) => {
    left -= 1;
    if (left >= 0) return void response.writeHead(429, { 'retry-after': retryAfter }).end('rate limited');
    const objections = check(request);
    if (objections.length > 0) return void response.writeHead(400).end(objections.join('; '));
    accept(request, response);
  };
}

/**
 * https://discord.com/developers/docs/resources/message#embed-object-embed-limits, and what it calls a well formed URL:
 * https://github.com/go-gitea/gitea/issues/14379
 */
export const checkDiscord: Check = ({ body, headers }) => {
  const message = JSON.parse(body);
  const [embed, ...others] = message.embeds;
  const texts = [embed.title, embed.description, embed.footer?.text].map((text) => text ?? '');
  return objections({
    'content-type': headers['content-type'] !== 'application/json',
    'one embed': others.length > 0,
    mentions: JSON.stringify(message.allowed_mentions) !== '{"parse":[]}',
    title: !length(strip(embed.title), 1, 256),
    description: embed.description !== undefined && !length(strip(embed.description), 1, 4096),
    footer: !length(strip(embed.footer.text), 1, 2048),
    total: texts.join('').length > 6000,
    colour: !Number.isInteger(embed.color) || embed.color > 0xffffff,
    timestamp: Number.isNaN(Date.parse(embed.timestamp)),
    url: embed.url !== undefined && !/^https?:\/\/[^/?#]*\.[a-z0-9]/.test(embed.url),
    'a long url': embed.url !== undefined && embed.url.length > 2048,
    'no text': !isText(body),
  });
};

/** https://docs.slack.dev/reference/block-kit/blocks */
export const checkSlack: Check = ({ body }) => {
  const { text, blocks } = JSON.parse(body);
  const elements = blocks.map(
    (block: { text?: object; elements?: object[] }) => block.text ?? block.elements?.[0],
  );
  return objections({
    text: !length(strip(text), 1, 40_000),
    blocks: blocks.length > 50,
    header:
      blocks[0].type !== 'header' ||
      blocks[0].text.type !== 'plain_text' ||
      !length(strip(elements[0].text), 1, 150),
    sections: elements.some((element: { text: string }) => !length(strip(element.text), 1, 3000)),
    'no text': !isText(body),
    mentions: /<[!@#]/.test(body),
  });
};

/** https://docs.ntfy.sh/publish/, and its server's limit of twice the message's for a JSON body. */
export const checkNtfy: Check = ({ path, body }) => {
  const { topic, message, priority, tags, click } = JSON.parse(body);
  return objections({
    'not the root': path !== '/',
    topic: !/^[-_A-Za-z0-9]{1,64}$/.test(topic),
    'becomes an attachment': Buffer.byteLength(message) >= 4096,
    'body too large': Buffer.byteLength(body) > 8192,
    'shows "triggered"': strip(message) === '',
    click: click !== undefined && !/^https?:\/\/[!-~]{1,1024}$/.test(click),
    'no text': !isText(body),
    priority: ![1, 2, 3, 4, 5].includes(priority),
    tags: !Array.isArray(tags),
  });
};

/** As a server in another language trims: control characters and separators are blanks to some of them. */
function strip(text: string): string {
  return text.replace(/^[\s\p{Z}\p{Cc}]+|[\s\p{Z}\p{Cc}]+$/gu, '');
}

/** No half of a surrogate pair, which JSON in other languages has no place for. */
function isText(body: string): boolean {
  return body.isWellFormed() && !/\\ud[89a-f]/i.test(body);
}

function objections(rules: Record<string, boolean>): string[] {
  return Object.keys(rules).filter((rule) => rules[rule]);
}

function length(text: string, least: number, most: number): boolean {
  return text.length >= least && text.length <= most;
}
