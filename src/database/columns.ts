/** Rows as statements take them with `unnest`: an array for each of these columns. */
export function columnsOf<Row>(rows: readonly Row[], ...columns: (keyof Row)[]): unknown[][] {
  return columns.map((column) => rows.map((row) => row[column]));
}
