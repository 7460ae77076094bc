import { narrowed } from '../../notifications/search-input.js';
import type { SearchPage, SearchRequest } from '../../notifications/search.service.js';
import { pageJson } from '../page-json.js';
import type { WorkspaceListQuery, WorkspacePageInfo } from './workspace.dto.js';
import { WORKSPACE_FILTER } from './workspace.shape.js';

const READ_STATES = { true: true, read: true, false: false, unread: false };
const VISIBILITIES = { false: undefined, true: 'all', only: 'trash' } as const;

/** The search that a query of docs/contracts/workspace.txt asks for. All of it is within the caller's own rows. */
export function searchRequest(userId: string, query: WorkspaceListQuery): SearchRequest {
  return {
    userId,
    teamId: query.workspace_id,
    read: query.read && READ_STATES[query.read],
    visibility: VISIBILITIES[query.include_deleted],
    limit: query.limit,
    after: query.after,
    before: query.before,
    filter: narrowed(WORKSPACE_FILTER, shorthands(query), query.filter),
    order: query.orderBy,
  };
}

export function workspacePageJson(page: SearchPage): string {
  const pageInfo: WorkspacePageInfo = {
    total: page.total,
    hasNextPage: page.hasNext,
    hasPreviousPage: page.hasPrevious,
    startCursor: page.startCursor,
    endCursor: page.endCursor,
  };
  return pageJson('data', page.rows, { pageInfo });
}

/** The shorthands, in the words of the filter. */
function shorthands({ ids, user_id, type }: WorkspaceListQuery): Record<string, unknown> {
  return {
    // An empty list names no row, and so finds none: it must not find all of them.
    ...(ids !== undefined && { id: { in: ids } }),
    ...(user_id !== undefined && { userId: user_id }),
    ...(type !== undefined && { type }),
  };
}
