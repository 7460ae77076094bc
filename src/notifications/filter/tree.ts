import type { Field, Relation } from './fields.js';

export type Scalar = string | number | boolean;

/**
 * A checked filter. Every node is either true or false of a row, never unknown: `neq` and `notIn` hold where the
 * field is null, and `not` holds exactly where its node does not.
 */
export type Condition =
  | { kind: 'and'; of: Condition[] }
  | { kind: 'or'; of: Condition[] }
  | { kind: 'not'; of: Condition }
  /**
   * The field's value is one of these; `orNull` counts null as one of them. Keys of the type catalogue keep the path
   * at which they stand in the input.
   */
  | { kind: 'in'; field: Field; values: Scalar[]; orNull: boolean; path?: string }
  | { kind: 'compare'; field: Field; operator: '>' | '>=' | '<' | '<='; value: Scalar }
  /** `%` is any text, `_` any one character, a backslash takes the next character as it is. */
  | { kind: 'like'; field: Field; pattern: string; ignoreCase: boolean }
  /** There is a row of the relation of which the condition is true. */
  | { kind: 'exists'; relation: Relation; of: Condition };
