import type { SearchPage, SearchRequest } from '../../notifications/search.service.js';
import type { WorkspaceListQuery, WorkspacePageInfo } from './workspace.dto.js';
import { splitIds } from './workspace.issues.js';
import { WORKSPACE_FILTER } from './workspace.shape.js';

const READ_STATES = { true: true, read: true, false: false, unread: false };
const VISIBILITIES = { false: 'live', true: 'all', only: 'trash' } as const;

/** The search that a query of docs/contracts/workspace.txt asks for. Whatever it says is within the caller's own rows. */
export function searchRequest(userId: string, query: WorkspaceListQuery): SearchRequest {
  return {
    userId,
    names: WORKSPACE_FILTER,
    teamId: query.workspace_id,
    read: query.read && READ_STATES[query.read],
    visibility: VISIBILITIES[query.include_deleted],
    limit: query.limit,
    after: query.after,
    before: query.before,
    filter: readJson(query.filter),
    orderBy: readJson(query.orderBy),
    narrowed: narrowed(query),
  };
}

/** The page's JSON, put together from the rows as PostgreSQL wrote them. */
export function pageJson(page: SearchPage): string {
  const pageInfo: WorkspacePageInfo = {
    total: page.total,
    hasNextPage: page.hasNext,
    hasPreviousPage: page.hasPrevious,
    startCursor: page.startCursor,
    endCursor: page.endCursor,
  };
  return `{"data":[${page.rows.map(({ json }) => json).join(',')}],"pageInfo":${JSON.stringify(pageInfo)}}`;
}

/** The shorthands, in the words of the filter. */
function narrowed(query: WorkspaceListQuery): SearchRequest['narrowed'] {
  const filter = {
    // An empty list names no row, and so finds none: it must not find all of them.
    ...(query.ids !== undefined && { id: { in: splitIds(query.ids) } }),
    ...(query.user_id !== undefined && { userId: query.user_id }),
    ...(query.type !== undefined && { type: query.type }),
  };
  return Object.keys(filter).length > 0 ? filter : undefined;
}

function readJson(text: string | undefined): unknown {
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}
