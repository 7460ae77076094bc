/** What goes over the wire, named as on the wire: the API's documentation and these types say the same. */

export type Level = 'info' | 'warning' | 'error' | 'success';

/** A row of the inbox as the list gives it. `level` is known when it came by the stream or by a single read. */
export interface NotificationRow {
  id: string;
  type: string;
  title: string;
  body: string | null;
  link: string | null;
  team_id: string | null;
  read_at: string | null;
  created_at: string;
  level?: Level;
  /** Which list has it, where that is not the inbox: the store knows it, by the list or the event that it came by. */
  state?: Aside | undefined;
  /** When it comes back into the inbox: of a snoozed one of the store, and in the full view. */
  snoozed_until?: string | null | undefined;
  /** Of how many events it is: in the full view, as those that follow, and by the stream where it is more than one. */
  count?: number | undefined;
  actions?: NotificationAction[];
  image?: string | null;
  actor?: { name: string; image?: string } | null;
  /** Which of the actions was taken, and when. */
  action?: TakenAction;
  entity?: { type: string; id: string } | null;
  expires_at?: string | null;
  archived_at?: string | null;
  /** Before it came to the top again. */
  first_created_at?: string;
  /** Its id before that, where the stream has told of it. */
  replaces?: string | undefined;
}

/** Where notifications are that are set aside. */
export type Aside = 'snoozed' | 'archived';

/** What is done to a notification; what is not named stays. */
export interface NotificationPatch {
  read?: boolean;
  archived?: boolean;
  /** Null: back into the inbox now. */
  snoozed_until?: Date | null;
}

/** What a user can do at once. */
export interface NotificationAction {
  id: string;
  label: string;
  link?: string;
  style?: 'primary' | 'default' | 'danger';
}

export interface TakenAction {
  id: string;
  at: string;
}

export interface NotificationDetail extends NotificationRow {
  level: Level;
  data: Record<string, unknown> | null;
  entity: { type: string; id: string } | null;
}

export interface ListQuery {
  read_state?: 'unread' | 'read' | 'all';
  type?: string;
  team_id?: string;
  /** Which list; the inbox where nothing is said. */
  state?: 'inbox' | Aside;
  /** `full` shows more of each. */
  view?: 'full';
  /** `only` lists the trash. */
  deleted?: 'only';
  cursor?: string;
  limit?: number;
}

export interface NotificationPage {
  notifications: NotificationRow[];
  cursor: string | null;
  has_more: boolean;
}

/** `unseen`: of the unread ones, those that have come since the user looked. */
export interface Counts {
  unread: number;
  unseen: number;
}

/** Narrows what "all" means: to one type, to one team. */
export interface Scope {
  type?: string;
  team_id?: string;
}

/** A way to the user, of this server: `in_app`, `toast`, `webhook`, and what the application has beside them. */
export interface Channel {
  key: string;
  label: string;
  /** False: nothing comes by it, because it is not set up on this server; `reason` says why. */
  available: boolean;
  reason?: string;
}

export interface Preferences {
  /** The switches of whole channels; null: not set, so that each type has its default. */
  channels: Record<string, boolean | null>;
  /** What holds for each type: by channel whether it is on, and how often it sends (`email_frequency`). */
  types: Record<string, TypePreferences>;
}

/** How often a channel sends what is of a type. */
export type Frequency = 'instant' | 'hourly' | 'daily' | 'weekly';

export type TypePreferences = Record<string, boolean | Frequency>;

/** Null takes a setting back. */
export interface PreferencesPatch {
  channels?: Record<string, boolean | null>;
  types?: Record<string, Record<string, boolean | Frequency | null>>;
}

export type Day = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/** Local wall time, across midnight where `to` is before `from`. */
export interface QuietHours {
  from: string;
  to: string;
  /** The days on which they begin; without it, every day. */
  days?: Day[] | undefined;
}

/** How the user is reached, and when. */
export interface Me {
  id: string;
  email: string | null;
  name: string | null;
  locale: string | null;
  /** IANA; null: UTC. */
  time_zone: string | null;
  quiet_hours: QuietHours | null;
  paused_until: string | null;
  digest_at: string | null;
  digest_day: Day | null;
}

/** Null takes a setting back. */
export type MePatch = Partial<Omit<Me, 'id' | 'email' | 'name'>>;

/** What one attempt over a channel came to. */
export interface ChannelTest {
  channel: string;
  status: 'delivered' | 'failed';
  error?: string;
}

/** Which channels, and which kinds of notifications, a server has. */
export interface Catalogue {
  channels: Channel[];
  types: NotificationType[];
}

export interface NotificationType {
  key: string;
  description: string;
  level: Level;
  /** What is on for users who have set nothing. */
  channels: Record<string, boolean>;
  /** When channels send that do not do so at once; older servers do not say. */
  timing?: Record<string, { delay?: string; unless?: 'seen' | 'read'; digest?: string }>;
  /** The webhook event that this type sends, if any. */
  webhook_event: string | null;
  /** Whether a user may mute it. */
  mutable: boolean;
  /** What it belongs to: types of one category are shown together. */
  category?: string | null;
  /** So important that nothing holds it back. */
  critical?: boolean;
  /** The most that interrupt a user in a span of time. */
  throttle?: { max: number; per: string } | null;
}

/** A message that is shown once. `notification_id` is absent when the type's in-app channel is muted. */
export interface Toast {
  event_id?: string;
  notification_id?: string;
  type: string;
  level: Level;
  title: string;
  body: string | null;
  link: string | null;
  created_at: string;
}

export type Bulk = { ids: string[] } | ({ all: true } & Scope);

/** An event of the stream; `id` is where a later connection resumes. */
export type StreamEvent = { id: string } & StreamEventBody;

export type StreamEventBody =
  /**
   * `notification`: it is in the inbox, in place of the one that it `replaces`: its id before it came to the top again.
   * `moved`: it is set aside, where its `state` says.
   */
  | {
      type: 'notification' | 'moved';
      notification: NotificationRow;
      toast: boolean;
      replaces?: string | undefined;
    }
  /** All read ones of a scope were archived. */
  | { type: 'moved'; rows: Bulk }
  | { type: 'toast'; toast: Toast }
  | { type: 'read'; rows: Bulk; read_at: string | null; action?: TakenAction | undefined }
  | { type: 'deleted'; rows: Bulk }
  /** `unseen`: after `unread`, for a user who has ever looked. */
  | { type: 'unread' | 'unseen'; count: number }
  | { type: 'reset' };

export type WebhookKind = 'discord' | 'slack' | 'ntfy' | 'generic';

export interface Webhook {
  id: string;
  name: string;
  kind: WebhookKind;
  /** Masked where the address itself is a secret (Discord, Slack); null when it cannot be decrypted any more. */
  url: string | null;
  /** `*` alone for all of them. */
  events: string[];
  /** How it authorizes itself to the receiver. */
  auth: 'none' | 'token' | 'basic';
  enabled: boolean;
  disabled_reason: string | null;
  disabled_at: string | null;
  created_at: string;
  updated_at: string;
  /** Only in the answers to creation and rotation, and only for the generic kind. */
  secret?: string;
}

export interface NewWebhook {
  name: string;
  kind: WebhookKind;
  url: string;
  events: string[] | '*';
  /** ntfy only; null removes it. */
  token?: string | null;
  /** ntfy only, with a password, in place of a token. */
  username?: string | null;
  password?: string | null;
}

export type WebhookPatch = Partial<Omit<NewWebhook, 'kind'>> & { enabled?: boolean };

/** What one real attempt came to. */
export interface WebhookTest {
  delivered: boolean;
  response_status: number | null;
  error: string | null;
  excerpt: string | null;
  duration_ms: number;
}

export interface Delivery {
  id: string;
  event: string;
  status: 'pending' | 'waiting' | 'delivered' | 'failed' | 'skipped' | 'cancelled';
  attempts: number;
  response_status: number | null;
  error: string | null;
  created_at: string;
  next_attempt_at: string | null;
  delivered_at: string | null;
}

export interface DeliveryPage {
  deliveries: Delivery[];
  cursor: string | null;
  has_more: boolean;
}

/** An error's body, as RFC 9457 describes it. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  error: string;
  errors?: { path: string; message: string }[];
}
