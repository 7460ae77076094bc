import { LRUCache } from 'lru-cache';

/** So many refusals in a row, of different devices, are no matter of one of them. */
const REFUSALS = 5;

/** How often such a service is asked again. */
const PAUSE_MS = 10_000;

/** More push services than there are. */
const MAX_SERVICES = 1_000;

/**
 * Push services that refuse every push, which their operator has to mend: they are asked again once in a while, not
 * once for each of ten thousand devices.
 */
export class RefusingServices {
  private readonly services = new LRUCache<string, { error: string; refusals: number; until: number }>({
    max: MAX_SERVICES,
  });

  /** Why nothing is to be sent there for now. @param now milliseconds */
  refusal(origin: string, now: number): string | undefined {
    const service = this.services.get(origin);
    if (!service || service.refusals < REFUSALS) return undefined;
    if (now < service.until) return service.error;
    // This one asks again, for all that come in the meantime.
    service.until = now + PAUSE_MS;
    return undefined;
  }

  refused(origin: string, error: string, now: number): void {
    const refusals = (this.services.get(origin)?.refusals ?? 0) + 1;
    this.services.set(origin, { error, refusals, until: now + PAUSE_MS });
  }

  accepted(origin: string): void {
    this.services.delete(origin);
  }
}
