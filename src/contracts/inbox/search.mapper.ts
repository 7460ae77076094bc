import type { SearchPage, SearchRequest } from '../../notifications/search.service.js';
import type { SearchBody, SearchPageAnswer } from './search.dto.js';

const VISIBILITIES = { only: 'trash', all: 'all' } as const;

/** The search that a body asks for. */
export function searchRequest(userId: string, body: SearchBody): SearchRequest {
  const { filter, order_by: order, after, before, limit } = body;
  const visibility = body.deleted && VISIBILITIES[body.deleted];
  return { userId, filter, knownTypes: true, order, after, before, limit, visibility };
}

/** The page's JSON, put together from the rows as PostgreSQL wrote them. */
export function searchPageJson(page: SearchPage): string {
  const facts: Omit<SearchPageAnswer, 'notifications'> = {
    total: page.total,
    has_next: page.hasNext,
    has_previous: page.hasPrevious,
    start_cursor: page.startCursor,
    end_cursor: page.endCursor,
  };
  const rows = page.rows.map(({ json }) => json).join(',');
  return `{"notifications":[${rows}],${JSON.stringify(facts).slice(1)}`;
}
