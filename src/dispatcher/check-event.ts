import type { Catalogue } from '../catalogue/catalogue.js';
import { CarillonError } from '../common/errors.js';
import { checkInput, type Spelling } from '../common/validation.js';
import type { Level } from '../config/options.js';
import { extrasText } from '../notifications/extras.js';
import { NotifyEvent, type CheckedEvent } from './event.js';

/** As it is read: what was left out is null, and the data are their JSON text. */
type ReadEvent = Required<Omit<NotifyEvent, 'data' | 'level' | 'sendAt' | 'expiresAt'>> & {
  data: string | null;
  level: Level | null;
  sendAt: Date | null;
  expiresAt: Date | null;
};

/** Whether nothing is wrong with an event but when it is over: it may have been right when it was first sent. */
export function isTooLate(error: unknown): boolean {
  return (
    error instanceof CarillonError &&
    error.code === 'invalid_input' &&
    error.errors?.every(({ path }) => path === 'expires_at') === true
  );
}

/**
 * Checks an event, from a route, from code or from the command line, and completes it with what the catalogue says of its type.
 * @throws CarillonError `invalid_input` with every wrong place; `unknown_type` naming the closest key
 */
export function checkEvent(input: unknown, catalogue: Catalogue, spelling: Spelling = 'code'): CheckedEvent {
  const event = checkInput(NotifyEvent, input, { spelling }) as object as ReadEvent;
  const type = catalogue.get(event.type);
  const { entity } = event;
  return Object.assign(event, {
    level: event.level ?? type.level,
    entityType: entity?.type ?? null,
    entityId: entity?.id ?? null,
    extras: extrasText(event),
  });
}
