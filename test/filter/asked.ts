import { invalidInput } from '../../src/common/errors.js';
import { validationPipe } from '../../src/common/validation.js';
import { WorkspaceListQuery } from '../../src/contracts/workspace/workspace.dto.js';
import { searchRequest } from '../../src/contracts/workspace/workspace.mapper.js';
import { WORKSPACE_FILTER } from '../../src/contracts/workspace/workspace.shape.js';
import { readSearch } from '../../src/notifications/search-input.js';
import type { SearchRequest } from '../../src/notifications/search.service.js';

export type Asked = Partial<Omit<SearchRequest, 'filter' | 'order'>> & {
  filter?: unknown;
  orderBy?: unknown;
};

/** A search as a caller writes it, read as a contract does. */
export function asked(userId: string, { filter, orderBy, ...request }: Asked): SearchRequest {
  const { issues, ...read } = readSearch(WORKSPACE_FILTER, filter, orderBy);
  if (issues.length > 0) throw invalidInput(issues);
  return { userId, limit: 1000, ...request, ...read };
}

/** The search of a query of workspace's. */
export async function askedOfWorkspace(
  userId: string,
  query: Record<string, unknown>,
): Promise<SearchRequest> {
  const metadata = { type: 'query' as const, metatype: WorkspaceListQuery };
  return searchRequest(userId, (await validationPipe.transform(query, metadata)) as WorkspaceListQuery);
}
