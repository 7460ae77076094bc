import { signatureHeaders } from '../sign.js';
import { JSON_TYPE, type DeliveryContent, type WebhookFormat } from './format.js';

/** Standard Webhooks: a signed JSON body, for receivers of the user's own. */
export const generic: WebhookFormat = {
  kind: 'generic',
  urlIsSecret: false,
  signed: true,
  takesCredentials: false,
  // No receiver of one's own should be flooded; eight at once keep even a distant one busy.
  limits: { concurrency: 8, perSecond: 1000, burst: 1000 },

  urlProblem: () => undefined,

  request(content, target, now) {
    const { createdAt, json } = sharedPart(content.notification);
    // Encoded once, to be signed and to be sent.
    const body = Buffer.from(
      `{"type":${JSON.stringify(content.event)},"timestamp":"${createdAt}",` +
        `"data":{"user_id":${JSON.stringify(content.userId)},` +
        `"notification":{"id":${JSON.stringify(content.notificationId)},${json}}}`,
    );
    return {
      url: target.url,
      // In this order: Node 20 takes 2 µs for an object that begins with a spread, and none for one that ends with it.
      headers: { 'content-type': JSON_TYPE, ...signatureHeaders(target.secrets, content.id, now, body) },
      body,
    };
  },

  // The specification knows one permanent answer, 410; everything else but 2xx may be a receiver being repaired.
  verdict({ status }) {
    if (status >= 200 && status < 300) return 'delivered';
    return status === 410 ? 'gone' : 'retry';
  },
};

interface SharedPart {
  createdAt: string;
  /** The keys of the notification after its id, without the brace that opens them. */
  json: string;
}

const sharedParts = new WeakMap<DeliveryContent['notification'], SharedPart>();

/** What is the same for every recipient of an event is written once: for ten thousand, it is most of each body. */
function sharedPart(notification: DeliveryContent['notification']): SharedPart {
  const known = sharedParts.get(notification);
  if (known) return known;
  const createdAt = notification.createdAt.toISOString();
  const shown = {
    type: notification.type,
    level: notification.level,
    title: notification.title,
    body: notification.body,
    link: notification.link,
    data: notification.data,
    team_id: notification.teamId,
    created_at: createdAt,
  };
  const part = { createdAt, json: JSON.stringify(shown).slice(1) };
  sharedParts.set(notification, part);
  return part;
}
