import type { OwnReading } from '../../common/validation.js';
import { readSearch } from '../../notifications/search-input.js';
import { SEARCH_FILTER } from './inbox.shape.js';

/** The filter and the order of a search, and what is wrong between its cursors. */
export const SEARCH_READING: OwnReading = {
  keys: ['filter', 'order_by'],
  read({ after, before, filter, order_by: orderBy }) {
    const { issues, ...search } = readSearch(SEARCH_FILTER, filter, orderBy);
    if (after !== undefined && before !== undefined) {
      issues.push({ path: 'before', message: 'cannot be combined with after' });
    }
    return { values: { filter: search.filter, order_by: search.order }, issues };
  },
};
