import type { Catalogue } from '../catalogue/catalogue.js';
import { CarillonError, MAX_ISSUES, type InputIssue } from '../common/errors.js';
import { unlessAbsent, type Reader, type Reading } from '../common/rule.js';
import { filterShape, type FilterShape } from './filter/fields.js';
import { NEWEST_FIRST, parseOrder, type Order } from './filter/order.js';
import { parseFilter } from './filter/parse.js';
import type { Condition } from './filter/tree.js';

export { filterShape };
export type { Condition, FilterShape, Order };

/** Reads filters in a contract's names; undefined for none. */
export function readsFilter(names: FilterShape): Reader<Condition | undefined> {
  return unlessAbsent((given, path) => reading(() => parseFilter(given, names.entity, path)));
}

/** Reads orders in a contract's names; newest first where there is none. */
export function readsOrder(names: FilterShape): Reader<Order> {
  return (given) => reading(() => ordered(names, given));
}

function reading<T>(parse: () => T): Reading<T> {
  try {
    return { value: parse() };
  } catch (error) {
    if (!(error instanceof CarillonError) || !error.errors) throw error;
    return { issues: error.errors };
  }
}

/** An order in a contract's names: undefined for newest first. @throws CarillonError `invalid_input` */
export function ordered(names: FilterShape, order: unknown): Order {
  return order === undefined ? NEWEST_FIRST : parseOrder(order, names.entity, names.order);
}

/** What a contract narrows by itself, in the words of its own filter. @param conditions known to be right */
export function narrowed(
  names: FilterShape,
  conditions: Record<string, unknown>,
  filter?: Condition,
): Condition | undefined {
  if (Object.keys(conditions).length === 0) return filter;
  const narrow = parseFilter(conditions, names.entity, '');
  return filter ? { kind: 'and', of: [narrow, filter] } : narrow;
}

/** Whether a filter speaks of what is not in the inbox: it then finds that, too. */
export function speaksOfAside(filter: Condition): boolean {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.of.some(speaksOfAside);
    case 'not':
    case 'exists':
      return speaksOfAside(filter.of);
    default:
      return filter.field.setsAside === true;
  }
}

/**
 * What is wrong with the types that a filter names as a whole: mistyped, `neq` would find everything. Beginnings and
 * patterns may fit types that the catalogue had before.
 */
export function unknownTypes(filter: Condition, types: Pick<Catalogue, 'find' | 'unknown'>): InputIssue[] {
  const issues: InputIssue[] = [];
  const visit = (condition: Condition): void => {
    if (issues.length === MAX_ISSUES) return;
    if (condition.kind === 'and' || condition.kind === 'or') condition.of.forEach(visit);
    else if (condition.kind === 'not') visit(condition.of);
    else if (condition.kind === 'in' && condition.path !== undefined) {
      const unknown = condition.values.map(String).find((key) => !types.find(key));
      if (unknown !== undefined) issues.push({ path: condition.path, message: types.unknown(unknown) });
    }
  };
  visit(filter);
  return issues;
}
