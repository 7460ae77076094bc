import webpush, { type PushSubscription, type RequestOptions } from 'web-push';
import { keepBusy, workFor } from './busy.js';
import { clientOf, send } from './http-client.js';
import type { Pace } from './load.js';

/** One run of the loop. */
export interface PushLoad extends Pace {
  subscription: PushSubscription;
  payload: string;
  options: RequestOptions;
}

/*
 * The floor of pushes, a process of its own: each is encrypted by `web-push`, and sent by undici over one of the connections.
 */

workFor<PushLoad>(({ subscription, payload, options, ...pace }) => {
  const url = new URL(subscription.endpoint);
  return keepBusy(pace, () => {
    const http = clientOf(new URL(url.origin));
    return {
      send: async () => {
        const { headers, body } = webpush.generateRequestDetails(subscription, payload, options);
        const texts = Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name, String(value)]),
        );
        const status = await send(http, { method: 'POST', path: url.pathname, headers: texts, body });
        return status < 300 ? undefined : String(status);
      },
      close: () => http.close(),
    };
  });
});
