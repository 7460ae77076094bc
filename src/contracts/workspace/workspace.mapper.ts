import { invalidInput, type InputIssue } from '../../common/errors.js';
import { parseId } from '../../common/typeid.js';
import type { SearchPage, SearchRequest } from '../../notifications/search.service.js';
import type { WorkspaceListQuery, WorkspacePageInfo } from './workspace.dto.js';

const MAX_IDS = 100;

const READ_STATES = { true: true, read: true, false: false, unread: false };
const VISIBILITIES = { false: 'live', true: 'all', only: 'trash' } as const;

/**
 * The search that a query of workspace.txt asks for. Whatever it says is within the caller's own rows.
 * @throws CarillonError `invalid_input` naming each parameter that cannot be read
 */
export function searchRequest(userId: string, query: WorkspaceListQuery): SearchRequest {
  const issues: InputIssue[] = [];
  if (query.after !== undefined && query.before !== undefined) {
    issues.push({ path: 'before', message: 'cannot be combined with after' });
  }
  const request = {
    userId,
    teamId: query.workspace_id,
    read: query.read && READ_STATES[query.read],
    visibility: VISIBILITIES[query.include_deleted],
    limit: query.limit,
    after: query.after,
    before: query.before,
    filter: readJson('filter', query.filter, issues),
    orderBy: readJson('orderBy', query.orderBy, issues),
    narrowed: narrowed(query, readIds(query.ids, issues)),
  };
  if (issues.length > 0) throw invalidInput(issues);
  return request;
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
function narrowed(query: WorkspaceListQuery, ids: string[] | undefined): SearchRequest['narrowed'] {
  const filter = {
    ...(ids && { id: { in: ids } }),
    ...(query.user_id !== undefined && { userId: query.user_id }),
    ...(query.type !== undefined && { type: query.type }),
  };
  return Object.keys(filter).length > 0 ? filter : undefined;
}

/** An empty list names no row, and so finds none: it must not find all of them. */
function readIds(text: string | undefined, issues: InputIssue[]): string[] | undefined {
  if (text === undefined) return undefined;
  const items = text.trim() === '' ? [] : text.split(',').map((item) => item.trim());
  if (items.length > MAX_IDS) issues.push({ path: 'ids', message: `must have at most ${MAX_IDS} ids` });
  const wrong = items.findIndex((item) => parseId(item) === undefined);
  if (wrong >= 0) issues.push({ path: `ids[${wrong}]`, message: 'must be a UUID or an id such as ntf_…' });
  return items;
}

function readJson(path: string, text: string | undefined, issues: InputIssue[]): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    issues.push({ path, message: 'must be JSON' });
    return undefined;
  }
}
