import type { ShapedRow } from '../notifications/inbox.service.js';

/**
 * The JSON of a page, put together from its rows as PostgreSQL wrote them.
 * @param name of the list of rows
 * @param beside what the page says beside it
 */
export function pageJson(name: string, rows: readonly ShapedRow[], beside: object): string {
  let text = `{"${name}":[${rows.map(({ json }) => json).join(',')}]`;
  for (const [key, value] of Object.entries(beside)) text += `,"${key}":${JSON.stringify(value)}`;
  return `${text}}`;
}
