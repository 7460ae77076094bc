import type { ReceivedRequest, Respond } from './targets.js';

/** What the documents of a receiver say about a body: every objection to it. */
type Check = (request: ReceivedRequest) => string[];

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

/** https://discord.com/developers/docs/resources/message#embed-object-embed-limits */
export const checkDiscord: Check = ({ body, headers }) => {
  const message = JSON.parse(body);
  const [embed, ...others] = message.embeds;
  const texts = [embed.title, embed.description, embed.footer?.text].map((text) => text ?? '');
  return objections({
    'content-type': headers['content-type'] !== 'application/json',
    'one embed': others.length > 0,
    mentions: JSON.stringify(message.allowed_mentions) !== '{"parse":[]}',
    title: !length(embed.title, 1, 256),
    description: embed.description !== undefined && !length(embed.description, 1, 4096),
    footer: !length(embed.footer.text, 1, 2048),
    total: texts.join('').length > 6000,
    colour: !Number.isInteger(embed.color) || embed.color > 0xffffff,
    timestamp: Number.isNaN(Date.parse(embed.timestamp)),
    url: embed.url !== undefined && !/^https?:\/\//.test(embed.url),
  });
};

/** https://docs.slack.dev/reference/block-kit/blocks */
export const checkSlack: Check = ({ body }) => {
  const { text, blocks } = JSON.parse(body);
  const elements = blocks.map(
    (block: { text?: object; elements?: object[] }) => block.text ?? block.elements?.[0],
  );
  return objections({
    text: !length(text, 1, 40_000),
    blocks: blocks.length > 50,
    header:
      blocks[0].type !== 'header' ||
      blocks[0].text.type !== 'plain_text' ||
      !length(elements[0].text, 1, 150),
    sections: elements.some((element: { text: string }) => !length(element.text, 1, 3000)),
    mentions: /<[!@#]/.test(body),
  });
};

/** https://docs.ntfy.sh/publish/, and its server's limit of twice the message's for a JSON body. */
export const checkNtfy: Check = ({ path, body }) => {
  const { topic, message, priority, tags } = JSON.parse(body);
  return objections({
    'not the root': path !== '/',
    topic: !/^[-_A-Za-z0-9]{1,64}$/.test(topic),
    'becomes an attachment': Buffer.byteLength(message) >= 4096,
    'body too large': Buffer.byteLength(body) > 8192,
    'shows "triggered"': message === '',
    priority: ![1, 2, 3, 4, 5].includes(priority),
    tags: !Array.isArray(tags),
  });
};

function objections(rules: Record<string, boolean>): string[] {
  return Object.keys(rules).filter((rule) => rules[rule]);
}

function length(text: string, least: number, most: number): boolean {
  return text.length >= least && text.length <= most;
}
