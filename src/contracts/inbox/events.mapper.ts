import type { NotifyResult } from '../../dispatcher/event.js';
import type { SentOnce } from '../../dispatcher/idempotent-sender.js';
import type { EventReport, RecipientReport } from '../../dispatcher/event-report.service.js';
import type { CancelResult, Withdrawn } from '../../dispatcher/withdrawal.js';
import type { EventPage } from '../../dispatcher/schedule.service.js';
import type {
  CancelAnswer,
  EventAnswer,
  EventDetailsAnswer,
  EventPageAnswer,
  EventReportAnswer,
  EventSummary,
  RecipientDto,
  WithdrawAnswer,
} from './events.dto.js';

export function eventAnswer({ event, recipients }: NotifyResult): EventAnswer {
  return { event: summary(event), recipients };
}

/** A first answer made something; a repeated one did not. */
export function eventStatus({ replayed }: SentOnce): number {
  return replayed ? 200 : 201;
}

export function eventHeaders({ replayed }: SentOnce): Record<string, string> {
  return replayed ? { 'Idempotency-Replayed': 'true' } : {};
}

export function reportAnswer({ event, recipients, next }: EventReport): EventReportAnswer {
  return {
    event: details(event),
    total: event.total,
    recipients: recipients.map(recipientAnswer),
    cursor: next,
    has_more: next !== null,
  };
}

export function cancelAnswer(result: CancelResult): CancelAnswer {
  return { event: result.event, ...('withdrawn' in result && withdrawAnswer(result)) };
}

export function withdrawAnswer({ withdrawn, alreadySent }: Withdrawn): WithdrawAnswer {
  return { withdrawn, already_sent: alreadySent };
}

export function eventPage({ events, next }: EventPage): EventPageAnswer {
  return { events: events.map(listed), cursor: next, has_more: next !== null };
}

/** Of an event that is not sent there is nothing to say of single recipients. */
export function listed(event: EventReport['event']): EventDetailsAnswer['event'] {
  return { ...details(event), recipients: event.total };
}

function details(event: EventReport['event']): EventReportAnswer['event'] {
  return {
    ...summary(event),
    level: event.level,
    title: event.title,
    team_id: event.teamId,
    source: event.source,
    sent_at: event.sentAt,
    expires_at: event.expiresAt,
    reason: event.reason,
  };
}

function summary(event: NotifyResult['event'] | EventReport['event']): EventSummary {
  const { id, type, createdAt, status, sendAt } = event;
  return { id, type, created_at: createdAt, status, send_at: sendAt };
}

function recipientAnswer({ userId, channels, action }: RecipientReport): RecipientDto {
  return { user_id: userId, ...channels, ...(action && { action }) };
}
