import { isIPv6, type Socket } from 'node:net';

export interface ReceivedWebhook {
  at: string;
  headers: Record<string, string>;
  body: object;
}

/** The page shows the last few. */
const KEPT = 50;

/** The webhooks that the demo's own sink has received. */
export class WebhookLog {
  readonly entries: ReceivedWebhook[] = [];

  /** @param trust lets webhooks be sent to a URL that the guard would refuse */
  constructor(private readonly trust: (url: string) => void) {}

  /**
   * The sink's URL. The URL guard refuses this machine's own addresses, but for this one URL.
   * @param socket a connection to this server: its near end is where the server can be reached
   */
  open({ localAddress = '127.0.0.1', localPort }: Socket): string {
    const host = isIPv6(localAddress) ? `[${localAddress}]` : localAddress;
    const url = `http://${host}:${localPort}/demo/webhook-sink`;
    this.trust(url);
    return url;
  }

  add(headers: Record<string, string>, body: object): void {
    const shown = Object.entries(headers).filter(([name]) => name.startsWith('webhook-'));
    this.entries.push({ at: new Date().toISOString(), headers: Object.fromEntries(shown), body });
    if (this.entries.length > KEPT) this.entries.shift();
  }
}
