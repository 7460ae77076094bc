/** A table of Markdown: the first column is text, the others are figures. */
export function table(head: string[], lines: string[][]): string {
  const all = [head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...lines];
  return all.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** With a comma for thousands. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}
