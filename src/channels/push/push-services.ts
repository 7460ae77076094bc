import { LRUCache } from 'lru-cache';

/** So many refusals in a row, of different devices, are no matter of one of them. */
const REFUSALS = 5;

/** So many requests under way, none of them answered for so long: the service hangs. */
const UNANSWERED = 32;
const SILENT_MS = 1_000;

/** How often a service that refuses is asked again, and how long a device is left alone whose service hangs. */
const PAUSE_MS = 10_000;

/** How long a device is left alone after a refusal that the operator has to mend. */
export const HELD_PAUSE_MS = 60_000;

/** More push services than there are. */
const MAX_SERVICES = 1_000;

interface Service {
  /** Of the last refusal. */
  error: string;
  refusals: number;
  /** When it is asked again. */
  until: number;
  underway: number;
  /** When it answered last, or was asked while nothing was under way. */
  heardAt: number;
}

/** Why nothing is to be sent to a service for now, and how long to wait. */
export interface Refusal {
  error: string;
  pauseMs: number;
}

/**
 * What is known of push services. One that refuses every push, which its operator has to mend, or that answers nothing, is
 * asked again once in a while, not once for each of ten thousand devices. Times are milliseconds.
 */
export class PushServices {
  private readonly services = new LRUCache<string, Service>({ max: MAX_SERVICES });

  /** Undefined: it may be sent. */
  refusal(origin: string, now: number): Refusal | undefined {
    const service = this.services.get(origin);
    if (!service) return undefined;
    if (service.underway >= UNANSWERED && now - service.heardAt >= SILENT_MS)
      return { error: `${origin} does not answer`, pauseMs: PAUSE_MS };
    if (service.refusals < REFUSALS) return undefined;
    if (now < service.until) return { error: service.error, pauseMs: HELD_PAUSE_MS };
    // This one asks again, for all that come in the meantime.
    service.until = now + PAUSE_MS;
    return undefined;
  }

  asked(origin: string, now: number): void {
    const service = this.of(origin);
    if (service.underway === 0) service.heardAt = now;
    service.underway += 1;
  }

  /** A request that {@link asked} was said of is over. */
  ended(origin: string, answered: boolean, now: number): void {
    const service = this.of(origin);
    service.underway = Math.max(0, service.underway - 1);
    if (answered) service.heardAt = now;
  }

  refused(origin: string, error: string, now: number): void {
    const service = this.of(origin);
    Object.assign(service, { error, refusals: service.refusals + 1, until: now + PAUSE_MS });
  }

  accepted(origin: string): void {
    this.of(origin).refusals = 0;
  }

  private of(origin: string): Service {
    const known = this.services.get(origin);
    if (known) return known;
    const service = { error: '', refusals: 0, until: 0, underway: 0, heardAt: 0 };
    this.services.set(origin, service);
    return service;
  }
}
