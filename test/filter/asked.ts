import { Reads } from '../../src/common/rule.js';
import { checkInput } from '../../src/common/validation.js';
import { validationPipe } from '../../src/common/validation.pipe.js';
import { WorkspaceListQuery } from '../../src/contracts/workspace/workspace.dto.js';
import { searchRequest } from '../../src/contracts/workspace/workspace.mapper.js';
import { WORKSPACE_FILTER } from '../../src/contracts/workspace/workspace.shape.js';
import { readsFilter, readsOrder, type Condition, type Order } from '../../src/notifications/search-input.js';
import type { SearchRequest } from '../../src/notifications/search.service.js';

export type Asked = Partial<Omit<SearchRequest, 'filter' | 'order'>> & {
  filter?: unknown;
  orderBy?: unknown;
};

class Search {
  @Reads(readsFilter(WORKSPACE_FILTER))
  filter?: Condition;

  @Reads(readsOrder(WORKSPACE_FILTER))
  orderBy: Order;
}

/** A search as a caller writes it, read as a contract does. */
export function asked(userId: string, { filter, orderBy, ...request }: Asked): SearchRequest {
  const read = checkInput(Search, { filter, orderBy });
  return { userId, limit: 1000, ...request, filter: read.filter, order: read.orderBy };
}

/** The search of a query of workspace's. */
export async function askedOfWorkspace(
  userId: string,
  query: Record<string, unknown>,
): Promise<SearchRequest> {
  const metadata = { type: 'query' as const, metatype: WorkspaceListQuery };
  return searchRequest(userId, validationPipe.transform(query, metadata) as WorkspaceListQuery);
}
