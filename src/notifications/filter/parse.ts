import { invalidInput, MAX_ISSUES, type InputIssue } from '../../common/errors.js';
import { isJsonObject } from '../../common/json.js';
import { excerpt } from '../../common/text.js';
import type { Entity, Field, Relation } from './fields.js';
import { equal, MAX_LIST, OPERATORS, operatorsOf, type Built } from './operators.js';
import { TYPE_NAMES } from './scalars.js';
import type { Condition } from './tree.js';
import { unknownWord } from './unknown-word.js';

/** How many `AND`, `OR`, `NOT` and relations may stand inside each other. */
export const MAX_DEPTH = 8;
/** How many comparisons a filter may hold: each costs time on every row of the user. */
export const MAX_CONDITIONS = 100;
/**
 * How many groups, keys and operators a filter may hold, empty ones included: 100 comparisons, each within eight groups
 * of its own, have 1,900. So many are read in a millisecond, which is less than the JSON of a request takes.
 */
const MAX_NODES = 2_000;

const TRUE: Condition = { kind: 'and', of: [] };
const QUANTIFIERS = ['some', 'every', 'none'];

/**
 * Checks a filter that came as JSON.
 * An empty object and an empty `AND` are true of every row, an empty `OR` of none.
 * @param path the name of the parameter, with which the path of every issue begins
 * @throws CarillonError `invalid_input` naming each wrong place, up to {@link MAX_ISSUES}
 */
export function parseFilter(input: unknown, entity: Entity, path = 'filter'): Condition {
  const parser = new Parser();
  const condition = parser.group(input, entity, path, 0);
  if (parser.issues.length > 0) throw invalidInput(parser.issues);
  return condition;
}

type Scope = Pick<Entity, 'fields'> & Partial<Entity>;

/**
 * Goes through the input once, and collects what is wrong in it: a wrong place stands as true in the tree. It stops
 * where the input is too large, or wrong in too many places.
 */
class Parser {
  readonly issues: InputIssue[] = [];
  private conditions = 0;
  private nodes = 0;

  group(input: unknown, scope: Scope, path: string, depth: number): Condition {
    this.node(path);
    if (!isJsonObject(input)) return this.wrong(path, 'must be an object');
    if (depth > MAX_DEPTH) return this.wrong(path, `must not be nested deeper than ${MAX_DEPTH} levels`);
    const of = Object.entries(input).map(([key, value]) =>
      this.entry(key, value, scope, `${path}.${excerpt(key)}`, depth),
    );
    return of.length === 1 && of[0] ? of[0] : { kind: 'and', of };
  }

  private entry(key: string, value: unknown, scope: Scope, path: string, depth: number): Condition {
    this.node(path);
    if (key === 'AND') return { kind: 'and', of: this.list(value, scope, path, depth) };
    if (key === 'OR') return { kind: 'or', of: this.list(value, scope, path, depth) };
    if (key === 'NOT') return { kind: 'not', of: this.group(value, scope, path, depth + 1) };
    const field = scope.fields.get(key);
    if (field) return this.field(field, value, path);
    const relation = scope.relations?.get(key);
    if (relation) return this.relation(relation, value, path, depth);
    const known = ['AND', 'OR', 'NOT', ...scope.fields.keys(), ...(scope.relations?.keys() ?? [])];
    return this.unknown(path, 'field', key, known);
  }

  private list(input: unknown, scope: Scope, path: string, depth: number): Condition[] {
    if (!Array.isArray(input)) return [this.wrong(path, 'must be a list of filters')];
    if (input.length > MAX_LIST) return [this.wrong(path, `must have at most ${MAX_LIST} items`)];
    return input.map((item, at) => this.group(item, scope, `${path}[${at}]`, depth + 1));
  }

  private field(field: Field, input: unknown, path: string): Condition {
    if (!isJsonObject(input)) {
      if (Array.isArray(input))
        return this.wrong(
          path,
          'must be a value or an object of operators; for one of several values use "in"',
        );
      return this.condition(equal(field, input), path);
    }
    const of = Object.entries(input).map(([key, value]) => {
      const at = `${path}.${excerpt(key)}`;
      this.node(at);
      const operator = OPERATORS.get(key);
      const fitting = operatorsOf(field.type);
      if (!operator) return this.unknown(at, 'operator', key, fitting);
      if (operator.fits.includes(field.type)) return this.condition(operator.build(field, value), at);
      return this.wrong(at, `does not fit ${TYPE_NAMES[field.type]}: use one of ${fitting.join(', ')}`);
    });
    return of.length === 1 && of[0] ? of[0] : { kind: 'and', of };
  }

  private condition(built: Built, path: string): Condition {
    this.count(path);
    if (!('value' in built)) {
      return this.wrong(built.at === undefined ? path : `${path}[${built.at}]`, built.problem);
    }
    const { value } = built;
    const whole = value.kind === 'not' ? value.of : value;
    // A beginning or a pattern of a type may fit those that the catalogue had before.
    if (whole.kind === 'in' && whole.field.key) whole.path = path;
    return value;
  }

  private relation(relation: Relation, input: unknown, path: string, depth: number): Condition {
    if (!relation.many) return this.exists(relation, input, path, depth);
    if (!isJsonObject(input)) return this.wrong(path, `must be an object of ${QUANTIFIERS.join(', ')}`);
    const of = Object.entries(input).map(([key, value]): Condition => {
      const at = `${path}.${excerpt(key)}`;
      if (!QUANTIFIERS.includes(key)) return this.unknown(at, 'quantifier', key, QUANTIFIERS);
      const exists = this.exists(relation, value, at, depth);
      if (key === 'some') return exists;
      if (key === 'none') return { kind: 'not', of: exists };
      // Every row fits exactly when there is none that does not.
      return { kind: 'not', of: { ...exists, of: { kind: 'not', of: exists.of } } };
    });
    return { kind: 'and', of };
  }

  private exists(relation: Relation, input: unknown, path: string, depth: number): Exists {
    const before = this.conditions;
    const of = this.group(input, relation, path, depth + 1);
    // Asking whether there is any row at all is a comparison too.
    if (this.conditions === before) this.count(path);
    return { kind: 'exists', relation, of };
  }

  private count(path: string): void {
    this.conditions += 1;
    if (this.conditions === MAX_CONDITIONS + 1) {
      this.wrong(path, `is one condition too many: a filter has at most ${MAX_CONDITIONS}`);
    }
  }

  private node(path: string): void {
    this.nodes += 1;
    if (this.nodes <= MAX_NODES) return;
    const message = `is one part too many: a filter has at most ${MAX_NODES} groups, fields and operators`;
    throw invalidInput([...this.issues, { path, message }]);
  }

  private unknown(path: string, what: string, word: string, known: string[]): Condition {
    return this.wrong(path, unknownWord(what, word, known));
  }

  private wrong(path: string, message: string): Condition {
    this.issues.push({ path, message });
    if (this.issues.length === MAX_ISSUES) throw invalidInput(this.issues);
    return TRUE;
  }
}

type Exists = Extract<Condition, { kind: 'exists' }>;
