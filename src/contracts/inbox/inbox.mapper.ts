import { Injectable } from '@nestjs/common';
import { Catalogue } from '../../catalogue/catalogue.js';
import type {
  InboxScope,
  ListQuery,
  NotificationPatch,
  RowShape,
  ShapedRow,
} from '../../notifications/inbox.service.js';
import { cursorOf, parseCursor } from '../../common/cursor.js';
import type { ListNotificationsQuery, PatchNotificationBody, ScopeBody } from './inbox.dto.js';
import { FULL_SHAPE, LIST_SHAPE } from './inbox.shape.js';

const READ_STATES = { unread: false, read: true, all: undefined };

/** Between the words of docs/contracts/inbox.txt and those of the core. */
@Injectable()
export class InboxMapper {
  constructor(private readonly catalogue: Catalogue) {}

  /** One row more than the page: whether it is there says whether there is a next page. */
  query(userId: string, query: ListNotificationsQuery): ListQuery {
    const { type, teamId } = this.scope(userId, query);
    return {
      userId,
      type,
      teamId,
      limit: query.limit + 1,
      afterId: query.cursor === undefined ? undefined : parseCursor(query.cursor),
      visibility: query.deleted ? 'trash' : query.state,
      read: READ_STATES[query.read_state],
    };
  }

  /** The document has it that a type which is not in the catalogue is ignored. */
  scope(userId: string, { type, team_id: teamId }: ScopeBody): InboxScope {
    return { userId, teamId, type: type === undefined ? undefined : this.catalogue.find(type)?.key };
  }

  /**
   * For routes that the document does not have: ignored, a mistyped type would mean every type.
   * @throws CarillonError `unknown_type`, naming the closest key
   */
  strictScope(userId: string, { type, team_id: teamId }: ScopeBody): InboxScope {
    return { userId, teamId, type: type === undefined ? undefined : this.catalogue.get(type).key };
  }
}

/** How the rows of a list are shown. */
export function shapeOf({ view }: ListNotificationsQuery): RowShape {
  return view === 'full' ? FULL_SHAPE : LIST_SHAPE;
}

export function patchOf({ read, archived, snoozed_until }: PatchNotificationBody): NotificationPatch {
  return { read, archived, snoozedUntil: snoozed_until };
}

/** The page's JSON, put together from the rows as PostgreSQL wrote them. */
export function pageJson(rows: ShapedRow[], limit: number): string {
  const page = rows.length > limit ? rows.slice(0, limit) : rows;
  const hasMore = rows.length > limit;
  const last = page[page.length - 1];
  const cursor = hasMore && last ? `"${cursorOf(last.id)}"` : 'null';
  return `{"notifications":[${page.map(({ json }) => json).join(',')}],"cursor":${cursor},"has_more":${hasMore}}`;
}

export function notificationJson(row: ShapedRow): string {
  return `{"notification":${row.json}}`;
}

/** The request is answered; what failed beside it is in the log under this id. */
export function faultHeaders(fault: string | undefined): Record<string, string> {
  return fault === undefined ? {} : { 'X-Request-Id': fault };
}
