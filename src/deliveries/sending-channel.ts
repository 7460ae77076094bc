import { Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { RateLimit } from '../common/token-bucket.js';
import type { Level } from '../config/options.js';
import type { NotificationAction, NotificationActor } from '../notifications/extras.js';

/**
 * How a channel sends, and all that the queue knows of channels. A host's own needs no more than `send`.
 *
 * @typeParam Target what it loads of each of its targets (an endpoint), or of each delivery where it has none of its own
 */
export interface SendingChannel<Target = unknown, Result extends SendResult = SendResult> {
  /**
   * Makes one attempt, and says what became of it. The message should be made by a pure function of the delivery, so that
   * every attempt says the same, under the delivery's id. What it throws is logged and counts as an attempt that failed on
   * this side: it is repeated by the retry schedule, and says nothing about the target.
   */
  send(delivery: Delivery<Target>): Result | Promise<Result>;
  /** Makes one attempt to send the user a test, at once. Without it the channel cannot be tried. */
  test?(userId: string): Promise<SendResult>;
  /** What the lane of a channel without targets gets at most from each process: eight at once and 100 a second unless said. */
  readonly limits?: Partial<LaneLimits>;
  /** Decides before each attempt, from what was loaded, whether there is to be one: `send` unless said. */
  verdict?(delivery: Delivery<Target>): Verdict;
  /** An attempt that takes longer has failed, whatever comes of it: 30,000 unless said; `Infinity` where `send` sees to it. */
  readonly timeoutMs?: number;
  /**
   * Of a channel without targets: what `verdict` and `send` need of all that was claimed together, by the delivery's id. They
   * get it as the delivery's `target`.
   */
  loadEach?(manager: EntityManager, messages: readonly Message[]): Promise<ReadonlyMap<string, Target>>;
  /** Left out: the channel looks up by the user's id where to send, and everything goes through one lane. */
  readonly targets?: Targets<Target, Result>;
}

/** What a recipient is told of an event; deliveries of one event may share the object. */
export interface Announcement {
  type: string;
  level: Level;
  title: string;
  body: string | null;
  link: string | null;
  /** Its JSON text: parsed, its numbers would lose digits. */
  data: string | null;
  teamId: string | null;
  /** The thing that it is about. */
  entityType: string | null;
  entityId: string | null;
  /** What keeps events about the same together. */
  collapseKey: string | null;
  /** What the user can do at once; the inbox alone records it. */
  actions: readonly NotificationAction[];
  /** An `https` URL. */
  image: string | null;
  actor: NotificationActor | null;
  createdAt: Date;
  /** From then on it is not sent any more. */
  expiresAt: Date | null;
}

/** One of the events that a message tells of, as one user's. */
export interface DigestItem {
  /** The notification's id; the event's when the user keeps none of these in the inbox. */
  notificationId: string;
  /** The name under which receivers know what happened, such as `job.failed`. */
  event: string;
  notification: Announcement;
}

/** One event, as one user's; or several that waited for each other, and then what is said here is the newest's. */
export interface Message extends DigestItem {
  /** The delivery's id, the same on every attempt: receivers that remember it see each message once. */
  id: string;
  userId: string;
  /** Of several: how many, at least two, and the newest of them, newest first, at most 50. */
  digest?: { total: number; items: readonly DigestItem[] };
}

/** A message that is due, and where it goes. */
export interface Delivery<Target = unknown> extends Message, TargetKey {
  /** Attempts since it was last put into the queue. */
  attempts: number;
  /** It was not to be sent any sooner: the age of its event does not say that it is late. */
  waited?: boolean;
  /** Why it tells of others alone, with which it has been gathered, and not of its own event. */
  leftOut?: string | undefined;
  target: Target;
}

/** What became of an attempt. A channel may add what its own `targets.record` wants to know. */
export interface SendResult {
  /**
   * `retry`: again by the retry schedule, until that has ended; `failed`: for good; `held`: nothing can be sent by this channel
   * until its operator has seen to it, such as a password that is refused. It goes back into the queue as if there had been no
   * attempt, and its lane pauses for `pauseMs`.
   */
  status: 'delivered' | 'retry' | 'failed' | 'held';
  /** Why it was not delivered, for people. */
  error?: string | null;
  /** The status code of what was answered, where there is one. */
  responseStatus?: number | null;
  /** The receiver asks not to be tried again any sooner. */
  retryAfterMs?: number | undefined;
  /** Nothing else that goes through this lane any sooner, because the receiver asks for that, or the operator has to act. */
  pauseMs?: number;
  /** It failed on this side: that says nothing about the target. */
  fault?: boolean;
}

/** What is decided before an attempt. None but `send` makes one, or counts as one. */
export type Verdict =
  | { verdict: 'send' }
  /** It need not be sent any more: the user has read it, or does not want it. Kept with its reason, for reports. */
  | { verdict: 'skipped'; reason: string }
  /** There is nowhere to send it. */
  | { verdict: 'failed'; error: string }
  /**
   * Not now. It is decided anew when that time has come; reports say why. With `gather`, what waits for the same user and
   * target under that name is then sent as one.
   */
  | { verdict: 'deferred'; until: Date; reason?: string; gather?: string };

export type NotSent = Exclude<Verdict, { verdict: 'send' }>;

/** Attempts at once, a second, and without a pause after a rest. */
export interface LaneLimits extends RateLimit {
  concurrency: number;
}

/** A target is always one user's. */
export interface TargetKey {
  userId: string;
  targetId: string;
}

/** What is known of a target before any of its deliveries is claimed. */
export interface LaneState {
  limits: LaneLimits;
  /** Its last attempts failed: it gets one at a time. */
  failing: boolean;
  /** Nothing is claimed of it for now. */
  paused: boolean;
  /** Its verdict will be that nothing is sent: what it has is claimed in bulk, to be closed. */
  closed: boolean;
}

/** An attempt, and what became of it. */
export interface Attempted<Result extends SendResult = SendResult> extends TargetKey {
  result: Result;
}

/**
 * Where a channel sends to, and what it remembers of that: a lane for each. Everything is asked and recorded for many at
 * once.
 */
export interface Targets<Target, Result extends SendResult = SendResult> {
  /** The state of lanes with due work, by the target's id. Of one that is left out nothing is claimed. */
  lanes(manager: EntityManager, targets: readonly TargetKey[]): Promise<ReadonlyMap<string, LaneState>>;
  /** What `verdict` and `send` need of the targets of all that was claimed together, by the target's id. */
  load(manager: EntityManager, targets: readonly TargetKey[]): Promise<ReadonlyMap<string, Target>>;
  /** Writes down what attempts say about their targets, in the transaction that records these. */
  record(manager: EntityManager, attempts: readonly Attempted<Result>[]): Promise<void>;
  /** After that transaction. It may be called again for the same attempts, and must not throw. */
  recorded?(attempts: readonly Attempted<Result>[]): Promise<void>;
}

/** A channel of this process that sends. */
export interface QueuedChannel {
  readonly key: string;
  readonly sending: SendingChannel;
}

/** What is wrong with a channel, for operators. */
export interface PausedChannel {
  status: 'paused';
  reason: string;
}

/** All of them, and which of them cannot send until their operator has seen to it. */
export class SendingChannels {
  private readonly logger = new Logger('Channels');
  private readonly byKey: ReadonlyMap<string, QueuedChannel>;
  /** Why a channel is paused, by its key. */
  private readonly reasons = new Map<string, string>();

  constructor(channels: readonly QueuedChannel[]) {
    this.byKey = new Map(channels.map((channel) => [channel.key, channel]));
  }

  /** Undefined for one that only other processes have: its deliveries are left to them. */
  get(key: string): QueuedChannel | undefined {
    return this.byKey.get(key);
  }

  /** By their keys. */
  get paused(): Record<string, PausedChannel> {
    return Object.fromEntries([...this.reasons].map(([key, reason]) => [key, { status: 'paused', reason }]));
  }

  /** Says in the log what has changed by an attempt. What is to be tried again says nothing about the channel. */
  attempted(key: string, { status, error }: SendResult): void {
    if (status === 'held') this.pause(key, error ?? 'it did not say why');
    else if (status !== 'retry' && this.reasons.delete(key))
      this.logger.log(`the channel "${key}" sends again`);
  }

  private pause(key: string, reason: string): void {
    if (this.reasons.get(key) !== reason)
      this.logger.error(`the channel "${key}" is paused, and what it has to send waits: ${reason}`);
    this.reasons.set(key, reason);
  }
}
