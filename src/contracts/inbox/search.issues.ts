import type { InputIssue } from '../../common/errors.js';
import { parseSearch } from '../../notifications/search.service.js';
import { SEARCH_FILTER } from './inbox.shape.js';

/** What is wrong within the filter and the order of a search, and between its cursors. */
export function searchIssues({
  after,
  before,
  filter,
  order_by: orderBy,
}: Record<string, unknown>): InputIssue[] {
  const { issues } = parseSearch({ names: SEARCH_FILTER, filter, orderBy });
  if (after === undefined || before === undefined) return issues;
  return [...issues, { path: 'before', message: 'cannot be combined with after' }];
}
