import type { SearchPage, SearchRequest } from '../../notifications/search.service.js';
import { snakeCased } from '../../common/snake-case.js';
import { pageJson } from '../page-json.js';
import type { SearchBody, SearchPageAnswer } from './search.dto.js';

const VISIBILITIES = { only: 'trash', all: 'all' } as const;

export function searchRequest(userId: string, body: SearchBody): SearchRequest {
  const { filter, order_by: order, after, before, limit } = body;
  const visibility = body.deleted && VISIBILITIES[body.deleted];
  return { userId, filter, knownTypes: true, order, after, before, limit, visibility };
}

export function searchPageJson({ rows, ...page }: SearchPage): string {
  const beside: Omit<SearchPageAnswer, 'notifications'> = snakeCased(page);
  return pageJson('notifications', rows, beside);
}
