/** What became of a delivery, or may become of it. */
export type DeliveryStatus = 'pending' | 'waiting' | 'delivered' | 'failed' | 'skipped' | 'cancelled';

/** Of one to a webhook endpoint, as routes and filters name it: it neither waits for a time nor is skipped. */
export const ENDPOINT_DELIVERY_STATUSES = [
  'pending',
  'delivered',
  'failed',
] as const satisfies DeliveryStatus[];
