import type { Catalogue } from '../catalogue/catalogue.js';
import { checkInput, type Spelling } from '../common/validation.js';
import { NotifyEvent, type CheckedEvent } from './event.js';

/**
 * Checks an event, whoever brings it, and completes it with what the catalogue says of its type.
 * @throws CarillonError `invalid_input` with every wrong place; `unknown_type` naming the closest key
 */
export function checkEvent(input: unknown, catalogue: Catalogue, spelling: Spelling = 'code'): CheckedEvent {
  const event = checkInput(NotifyEvent, input, { spelling });
  const type = catalogue.get(event.type);
  const { entity } = event;
  return Object.assign(event, {
    level: event.level ?? type.level,
    entityType: entity?.type ?? null,
    entityId: entity?.id ?? null,
  }) as object as CheckedEvent;
}
