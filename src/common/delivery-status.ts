/**
 * What became of a delivery, or may become of it. `waiting` has its time still to come, `skipped` had nothing to send, and `cancelled` was
 * called back before it was sent.
 */
export const DELIVERY_STATUSES = [
  'pending',
  'waiting',
  'delivered',
  'failed',
  'skipped',
  'cancelled',
] as const;

export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** As an event's report calls them. */
export const REPORTED_STATUSES = ['queued', ...DELIVERY_STATUSES.slice(1)];
