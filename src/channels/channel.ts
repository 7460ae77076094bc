import type { ChannelDefinition } from '../catalogue/channel-list.js';
import type { DeliveryStatus } from '../common/delivery-status.js';
import type { SendingChannel } from '../deliveries/sending-channel.js';

/**
 * A way to a user. Everything that is particular to it stands in its folder; types, preferences, the statement of `notify()`,
 * reports and documents are made from the list of channels (`registry.ts`).
 */
export interface Channel extends ChannelDefinition {
  readonly writes?: ChannelWrites;
  /** What an event's report says of it for one recipient. Without it: the status and the deliveries. */
  readonly report?: ChannelReport;
  /** How it sends what is to leave this process; without it the channel has no deliveries. */
  readonly sending?: SendingChannel;
}

/**
 * A channel's piece of the one statement of `notify()`. Its expressions may use `e`, a row of the event with the columns of
 * the table `events`, and `r`, a recipient: `r.user_id`, `r.notification_id` (the id of the copy in the inbox, if there is to
 * be one) and `r.on_<key>`, whether a channel is on. The statement runs on connections of a host too: it must not depend on the
 * search path, nor on the session's time zone or styles; `:schema.` stands for Carillon's schema.
 */
export interface ChannelWrites {
  /** Rows of a table of the channel's own: what follows `INSERT INTO`, as a SELECT from `recipient r JOIN event e USING (no)`. */
  readonly rows?: string;
  /** The id of the user's copy of the event, for what refers to it: null where the channel stores none. */
  readonly notificationId?: string;
  /** What it adds to the change that counts and announces the event to the user's pages. */
  readonly change?: {
    /** The kind of the change, as an expression, unless a channel before this one is on. */
    readonly kind: string;
    readonly columns: Readonly<Record<string, string>>;
  };
  /** Whom it sends to. */
  readonly deliveries?: {
    /** A table of targets, with `user_id` and `id`. */
    readonly targets: string;
    /** Which of a recipient's targets `t` get the event. */
    readonly subscribed: string;
    /** The name under which they do; null: none of them gets it. */
    readonly event: string;
    /**
     * What the clean-up's report calls targets that were deleted: the table then has `deleted_at`, and such a row stays for as
     * long as its deliveries. Left out: the clean-up leaves the table alone.
     */
    readonly trash?: string;
  };
}

/** What was decided for one recipient, and what became of it. */
export interface ChannelResult {
  /** False: it could not send when the event came. */
  available: boolean;
  on: boolean;
  /** What decided: the user's preference, or the type's default. */
  rule: 'preference' | 'default';
  /** By its type's throttle it interrupts the user by no channel. */
  throttled: boolean;
  /** The recipient's copy of the event, unless it has been purged. */
  notificationId: string | null;
  deliveries: readonly ReportedDelivery[];
  /** Whether deliveries of the event's age are all still kept. */
  kept: boolean;
  /** The name under which targets subscribe to the event's type; null: no target does. */
  webhookEvent: string | null;
}

export interface ReportedDelivery {
  id: string;
  targetId: string;
  status: DeliveryStatus;
  /** Why it waits or has waited, or why nothing was sent. */
  reason: string | null;
  /** What the last attempt failed of, or what it waits for. */
  error: string | null;
}

export interface ChannelReport {
  /** @returns the JSON of the report, as the API writes it */
  of(result: ChannelResult): Record<string, unknown>;
  /** Its schema, as OpenAPI writes it. */
  readonly schema: object;
}

/** The one target of a channel whose users have none of their own, made of its number. */
export function ownTarget({ number }: Pick<ChannelDefinition, 'number'>): string {
  return `00000000-0000-8000-8000-0000000000${number.toString(16).padStart(2, '0')}`;
}
