import { IsText, MayBeNull, Reads, type Reader } from '../common/rule.js';
import { MAX_ID_LENGTH } from '../common/text.js';
import { checkInput, type Spelling } from '../common/validation.js';
import { ENTITY, readEntity, readUserIds, unlessNone, USER_IDS, type EventEntity } from './event.js';
import { eventId } from './event-id.js';
import type { Selector } from './withdraw.sql.js';

/** The ways to say what is withdrawn, as code and as JSON spell them. */
const SELECTORS = [['eventId', 'event_id'], ['entity'], ['collapseKey', 'collapse_key']];

/** What is to be withdrawn: exactly one of an event, a thing and a key. From JSON it comes with the same names in snake case. */
export class WithdrawRequest {
  /** One event. */
  @MayBeNull()
  @IsText(1, MAX_ID_LENGTH, { format: 'uuid', description: 'One event.' })
  eventId?: string | null = null;

  /** Every event about a thing. */
  @Reads(readOnly(readEntity), { ...ENTITY, description: 'Every event about a thing.' })
  entity?: EventEntity | null;

  /** Every event with a key. */
  @MayBeNull()
  @IsText(1, MAX_ID_LENGTH, { description: 'Every event with this key.' })
  collapseKey?: string | null = null;

  /** From these users alone: 1 to 10,000 ids. */
  @Reads(unlessNone(readUserIds), {
    ...USER_IDS,
    required: false,
    nullable: true,
    description: 'From these users alone.',
  })
  userIds?: string[] | null;
}

/** What was called back, and what could not be. */
export interface Withdrawn {
  /** How many notifications are gone from inboxes. */
  withdrawn: number;
  /** By each channel that sends: how many messages have been sent, or may have been. */
  alreadySent: Record<string, number>;
}

/** What became of one event: it was not sent yet, or it was. */
export type CancelResult =
  | { event: { id: string; status: 'cancelled' } }
  | ({ event: { id: string; status: 'withdrawn' } } & Withdrawn);

export interface CheckedWithdrawal {
  selector: Selector;
  userIds: string[] | undefined;
}

/** @throws CarillonError `invalid_input`; `not_found` for an id that cannot be an event's */
export function checkWithdrawal(input: unknown, spelling: Spelling = 'code'): CheckedWithdrawal {
  const request = checkInput(WithdrawRequest, input, { spelling });
  return { selector: selectorOf(request), userIds: request.userIds ?? undefined };
}

function selectorOf({ eventId: id, entity, collapseKey }: WithdrawRequest): Selector {
  if (entity) return { kind: 'entity', values: [entity.type, entity.id] };
  if (typeof collapseKey === 'string') return { kind: 'collapse', values: [collapseKey] };
  return { kind: 'event', values: [eventId(id as string)] };
}

/** Exactly one of the selectors is named: nothing at all would be everything, and of two it is not known which was meant. */
function readOnly(reader: Reader): Reader {
  return (given, path, around) => {
    const named = SELECTORS.filter((names) => names.some((name) => (around.whole[name] ?? null) !== null));
    if (named.length === 1) return reader(given, path, around);
    const message = 'must name exactly one of an event, an entity and a collapse key';
    return { issues: [{ path: '', message }] };
  };
}
