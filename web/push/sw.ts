/**
 * The ready service worker, for applications that have none: `/carillon/sw.js`. One file, since a policy for the server's
 * answers may keep a worker from loading another.
 */
import './worker.js';

declare const self: ServiceWorkerGlobalScope;

// It keeps nothing that a page of an older version would miss.
self.addEventListener('install', () => void self.skipWaiting());
