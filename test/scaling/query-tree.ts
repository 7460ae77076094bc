/** A node of a query as PostgreSQL's analysis made it: what a `pg_node_tree` holds. */
export interface TreeNode {
  tag: string;
  fields: Map<string, TreeValue[]>;
}
export type TreeValue = string | TreeNode | TreeValue[];

/** Reads the text of a `pg_node_tree`. */
export function readTree(text: string): TreeValue[] {
  const tokens = text.match(/[(){}]|(?:\\[^]|[^\s(){}\\])+/g) ?? [];
  let at = 0;
  const listUntil = (end: string): TreeValue[] => {
    const values: TreeValue[] = [];
    for (; at < tokens.length && tokens[at] !== end; at += 1) values.push(value());
    return values;
  };
  const value = (): TreeValue => {
    const token = tokens[at] as string;
    if (token === '(') {
      at += 1;
      return listUntil(')');
    }
    return token === '{' ? node() : token;
  };
  const node = (): TreeNode => {
    const made: TreeNode = { tag: tokens[at + 1] as string, fields: new Map() };
    let field: TreeValue[] = [];
    for (at += 2; tokens[at] !== '}'; at += 1) {
      const token = tokens[at] as string;
      if (token.startsWith(':')) made.fields.set(token.slice(1), (field = []));
      else field.push(value());
    }
    return made;
  };
  return listUntil('');
}

/** The nodes in a part of a tree, those that hold others before them. */
export function* nodesIn(part: TreeValue | TreeValue[] | undefined): Generator<TreeNode> {
  if (part === undefined || typeof part === 'string') return;
  if (Array.isArray(part)) {
    for (const value of part) yield* nodesIn(value);
    return;
  }
  yield part;
  for (const field of part.fields.values()) yield* nodesIn(field);
}

/** A field of one value. */
export function textOf(node: TreeNode, field: string): string | undefined {
  const [value] = node.fields.get(field) ?? [];
  return typeof value === 'string' ? value : undefined;
}
