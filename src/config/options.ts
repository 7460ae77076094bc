import type { IncomingMessage } from 'node:http';

/** The injection token of {@link CarillonOptions}. */
export const CARILLON_OPTIONS = Symbol('CARILLON_OPTIONS');

/** How Carillon is set up, by the environment (the standalone server) or by a host application (`forRoot`). */
export interface CarillonOptions {
  /** Refuses what is only fit for a developer's machine: generated secrets, the demo page. */
  production: boolean;
  database: DatabaseOptions;
  auth: AuthOptions;
  basePaths: BasePaths;
  deliveries: DeliveryOptions;
  webhooks: WebhookOptions;
  email: EmailOptions;
  /** All three of them, or none: without them no push is sent. */
  push: Partial<PushOptions>;
  /** Where Carillon is reached from outside, such as `https://notify.example.com`: for links in what is sent. */
  publicUrl?: string;
  /** Where a notification's path leads: the application's own address; `publicUrl` unless said. */
  appUrl?: string;
  retention: RetentionOptions;
  /** Encrypts secrets at rest. `previous` still decrypts what a former key encrypted. */
  encryption: { key: string; previous?: string };
  /** Origins that browsers may call from with the user's cookie, such as `https://app.example.com`. */
  allowedOrigins: string[];
  /** A JSON file with notification types of the host's own, added to the catalogue. */
  typesFile?: string;
  /** Types of the host's own, added to the catalogue; one with a shipped key replaces it. */
  types?: NotificationType[];
  /**
   * Whether the catalogue has the types that the four contracts' documents name (`weekly_report`, `job_failed`, …).
   * Without them there are only the host's own, and `webhook_disabled`, which Carillon itself sends; the account
   * contract's preferences are then those of its twelve whose types the host has declared itself.
   */
  shippedTypes: boolean;
  /** Pushes stream wake-ups over Redis instead of PostgreSQL's LISTEN/NOTIFY. */
  redisUrl?: string;
  /** Says how users are reached, in place of contacts that producers sync: for host applications. */
  recipients?: Recipients;
  /** Requests a second that one API key may make on average, and at once. */
  rateLimit: { perSecond: number; burst: number };
}

export const LEVELS = ['info', 'warning', 'error', 'success'] as const;
export type Level = (typeof LEVELS)[number];

/** What keeps a channel from sending: the user has seen the inbox with the event's copy in it, or has read that copy. */
export const UNLESS = ['seen', 'read'] as const;
export type ConditionUnless = (typeof UNLESS)[number];

/** When a channel sends. Durations are `<n>s`, `<n>m`, `<n>h` or `<n>d`, from `1s` to `366d`. */
export interface ChannelTiming {
  /** How long after the event. */
  delay?: string;
  /** Not to users who have seen or read it by then; what is deleted, archived, snoozed or expired counts as read. */
  unless?: ConditionUnless;
  /** What comes meanwhile is sent as one: for so long from the first on, or until the user's time for digests. */
  digest?: string;
}

/** What a type says of a channel: whether it is on for users who have set nothing, and when it sends. */
export type ChannelEntry = boolean | ({ default?: boolean } & ChannelTiming);

/** How many events of a type may interrupt one user in a span of time, wherever that begins. */
export interface Throttle {
  /** 1 to 1,000. */
  max: number;
  /** `<n>s`, `<n>m`, `<n>h` or `<n>d`, from `1s` to `366d`. */
  per: string;
}

/** An entry of the catalogue: everything that is known of a kind of notification. */
export interface NotificationType {
  /** Lower-case letters, digits, `_`, `-` and `.`, beginning with a letter, at most 64 characters. */
  key: string;
  description: string;
  /** The level of its notifications, unless an event says another. */
  level: Level;
  /**
   * Which channels are on for users who have set nothing, by key, and when they send; what is left out has the channel's own
   * default, and is sent at once.
   */
  channels?: Record<string, ChannelEntry>;
  /** The name under which webhook endpoints subscribe to it; null: it is never sent to webhooks. */
  webhookEvent: string | null;
  /** Whether users may turn its channels off. */
  mutable: boolean;
  /** Under which heading preferences show it, such as `Orders`: at most 64 characters. */
  category?: string;
  /** It has to arrive: it must not be `mutable`, and mails of it offer no unsubscribing. */
  critical?: boolean;
  /**
   * What is above it stays in the inbox and goes to webhooks, and comes neither as a toast nor by what else interrupts. Nothing
   * `critical` is throttled.
   */
  throttle?: Throttle;
}

export interface DatabaseOptions {
  /** A `postgres://` URL. */
  url: string;
  /** The most connections that this process opens for requests; streams and workers share them. */
  poolSize: number;
  /** The schema that holds everything of this Carillon: those of several live in one database without meeting. */
  schema: string;
}

/**
 * A host application's own way to say who the user is.
 *
 * @param request the raw request, before anything of the host's framework has seen it; protection against forged requests from other sites is the host's,
 *   because only the host knows what it authenticates by
 * @returns the user's id (text of 1 to 128 characters), or null when no user is signed in. Exceptions of Nest with the status
 *   401, 403 or 503 are answered as such; another one, and what is no id, as a 500; none within 10 s as a 503
 */
export type HostAuthenticator = (request: IncomingMessage) => string | null | Promise<string | null>;

/** How a user of the host application is reached; what is left out is not known. */
export interface Recipient {
  userId: string;
  email?: string | null | undefined;
  name?: string | null | undefined;
  /** A BCP 47 language tag. */
  locale?: string | null | undefined;
  /** An IANA time zone. */
  timeZone?: string | null | undefined;
  /** The ids of the teams that the user belongs to. */
  teamIds?: string[] | null | undefined;
}

/** A host application's own contacts, asked whenever something is to be sent. */
export interface Recipients {
  /**
   * @param userIds at most 500
   * @returns those that are known, in any order; what else they have is not looked at. When it throws, or takes longer than
   *   10 s, what was to be sent is tried again by the retry schedule
   */
  find(userIds: readonly string[]): readonly Recipient[] | Promise<readonly Recipient[]>;
}

export interface AuthOptions {
  /** Says who the user is, in place of everything below. */
  authenticator?: HostAuthenticator;
  /** Verifies HS256 tokens. */
  jwtSecret?: string;
  /** Where the provider publishes its public keys, for RS256 and ES256 tokens. */
  jwksUrl?: string;
  issuer?: string;
  audience?: string;
  cookieName: string;
}

/** Where each contract is mounted, each beginning with `/`. */
export interface BasePaths {
  inbox: string;
  sites: string;
  workspace: string;
  account: string;
}

export interface DeliveryOptions {
  /** Seconds to wait after each failed attempt, on every channel; after the last one the delivery has failed. */
  retrySchedule: number[];
}

export interface WebhookOptions {
  /** CIDRs that the URL guard lets through although they are not public. */
  allowNetworks: string[];
  /** For a whole attempt, connecting included. */
  timeoutMs: number;
}

/** Who sends pushes (RFC 8292); `carillon vapid` prints a new pair of keys. */
export interface PushOptions {
  /** What browsers subscribe with: 65 bytes as base64url. Another one cuts off all that subscribed with this one. */
  publicKey: string;
  /** 32 bytes as base64url. */
  privateKey: string;
  /** Where push services reach the sender: a `mailto:` or `https:` URL. */
  subject: string;
}

export interface EmailOptions {
  /** `smtp://user:password@host:587`, or `smtps://` for TLS from the first byte. It may be inside the network. */
  smtpUrl?: string;
  /** The sender, such as `Shop <notifications@example.com>`. */
  from?: string;
  brand: EmailBrand;
  /** What stands at the end of every mail, such as the sender's postal address. */
  footer?: string;
  /** The most connections of each process to the mail server. */
  connections: number;
  /** The most mails a second of each process. */
  perSecond: number;
  /**
   * A host's own texts, in place of Carillon's; undefined: Carillon's. What it throws is logged, and the mail tried again by the
   * schedule.
   */
  render?: (message: EmailMessage) => EmailTexts | undefined | Promise<EmailTexts | undefined>;
}

/** What a host's own texts are made of. */
export interface EmailMessage extends EmailItem {
  userId: string;
  /** Of the user's contact, as it is now. */
  name: string | null;
  locale: string | null;
  timeZone: string | null;
  /** Where the user turns these mails off; null for what cannot be turned off. */
  unsubscribeUrl: string | null;
  /** Of a mail about several events, of which the message itself says the newest: how many, and the newest 50, newest first. */
  digest: { total: number; items: readonly EmailItem[] } | null;
}

/** An event of a mail. */
export interface EmailItem {
  type: string;
  level: Level;
  title: string;
  body: string | null;
  /** The path or URL that the event has. */
  link: string | null;
  /** JSON. */
  data: string | null;
  teamId: string | null;
  createdAt: Date;
}

export interface EmailTexts {
  subject: string;
  html: string;
  text: string;
}

export interface EmailBrand {
  name: string;
  /** An `https://` URL. */
  logoUrl?: string;
  /** Of the button, such as `#1d4ed8`. */
  color: string;
}

export interface RetentionOptions {
  /** Days after which a notification in the trash is deleted for good. */
  cleanupAfterDays: number;
  /** Days after which any notification is deleted; undefined keeps them. */
  retentionDays?: number;
  /** Days for which finished deliveries and their attempts are kept. */
  deliveriesDays: number;
  /** Days for which events, and what became of them, are kept. */
  eventsDays: number;
}
