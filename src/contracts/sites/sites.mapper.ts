import { containing } from '../../notifications/filter/operators.js';
import { narrowed, ordered } from '../../notifications/search-input.js';
import type { SearchPage, SearchRequest } from '../../notifications/search.service.js';
import { pageJson } from '../page-json.js';
import { perPage, type SitesListQuery, type SitesMeta } from './sites.dto.js';
import { SITES_FILTER } from './sites.shape.js';

/** The page that a query of docs/contracts/sites.txt asks for, with the count of all that it finds. */
export function searchRequest(userId: string, siteId: string, query: SitesListQuery): SearchRequest {
  const limit = perPage(query);
  return {
    userId,
    teamId: siteId,
    limit,
    offset: (query.page - 1) * limit,
    filter: narrowed(SITES_FILTER, conditionsOf(query)),
    order: ordered(SITES_FILTER, orderOf(query)),
  };
}

function conditionsOf({ search }: SitesListQuery): Record<string, unknown> {
  if (!search) return {};
  const ilike = containing(search);
  return { OR: [{ title: { ilike } }, { message: { ilike } }] };
}

/** Newest first is the order of every list, and needs none. */
function orderOf({ sort_by: field, sort_dir: direction }: SitesListQuery): unknown {
  if (field !== 'created_at') return [{ [field]: direction }, { created_at: 'desc' }];
  return direction === 'desc' ? undefined : [{ created_at: direction }];
}

export function sitesPageJson({ rows, total }: SearchPage, query: SitesListQuery): string {
  const limit = perPage(query);
  const meta: SitesMeta = {
    page: query.page,
    per_page: limit,
    page_size: limit,
    total,
    total_items: total,
    total_pages: Math.ceil(total / limit),
  };
  return pageJson('data', rows, { meta });
}
