import { signatureHeaders } from '../sign.js';
import { JSON_HEADERS, type WebhookFormat } from './format.js';

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
    const { notification } = content;
    const createdAt = notification.createdAt.toISOString();
    const body = JSON.stringify({
      type: content.event,
      timestamp: createdAt,
      data: {
        user_id: content.userId,
        notification: {
          id: notification.id,
          type: notification.type,
          level: notification.level,
          title: notification.title,
          body: notification.body,
          link: notification.link,
          data: notification.data,
          team_id: notification.teamId,
          created_at: createdAt,
        },
      },
    });
    return {
      url: target.url,
      headers: { ...JSON_HEADERS, ...signatureHeaders(target.secrets, content.id, now, body) },
      body,
    };
  },

  // The specification knows one permanent answer, 410; everything else but 2xx may be a receiver being repaired.
  verdict({ status }) {
    if (status >= 200 && status < 300) return 'delivered';
    return status === 410 ? 'gone' : 'retry';
  },
};
