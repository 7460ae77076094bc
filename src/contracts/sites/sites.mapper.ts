import type { InboxPage, ListQuery } from '../../notifications/inbox.service.js';
import { perPage, type SitesListQuery, type SitesMeta } from './sites.dto.js';

/** The page that a query of docs/contracts/sites.txt asks for, with the count of all of the site's notifications. */
export function listQuery(userId: string, siteId: string, query: SitesListQuery): ListQuery {
  const limit = perPage(query);
  return { userId, teamId: siteId, limit, offset: (query.page - 1) * limit, count: 'live' };
}

/** The page's JSON, put together from the rows as PostgreSQL wrote them. */
export function pageJson(page: InboxPage, query: SitesListQuery): string {
  const limit = perPage(query);
  const total = page.count ?? 0;
  const meta: SitesMeta = {
    page: query.page,
    per_page: limit,
    total,
    total_pages: Math.ceil(total / limit),
  };
  return `{"data":[${page.rows.map(({ json }) => json).join(',')}],"meta":${JSON.stringify(meta)}}`;
}
