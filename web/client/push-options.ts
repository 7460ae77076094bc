/**
 * `unsupported`: this browser has no push, or not on this page. `denied`: the user has told the browser to refuse it, and
 * only there it can be allowed again. `unavailable`: the server has no push, or it could not be set up just now.
 */
export type PushStatus = 'unsupported' | 'denied' | 'off' | 'on' | 'unavailable';

export interface PushOptions {
  /** The service worker's script, of the page's own origin. Default: `/carillon/sw.js`. */
  worker?: string;
  /**
   * The registration of a service worker that the page has already, and that imports `carillon/push-worker`: its
   * push subscription is then Carillon's.
   */
  registration?: () => Promise<ServiceWorkerRegistration>;
}
