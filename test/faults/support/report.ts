/** Prints figures beside the tests' results: docs/reliability.md quotes them. */
export function report(title: string, figures: Record<string, unknown>): void {
  const text = Object.entries(figures).map(([name, value]) => `${name} ${String(value)}`);
  process.stdout.write(`  ${title}: ${text.join(', ')}\n`);
}

/** `42 MB` */
export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`;
}
