/** SQLSTATE classes 22 (data) and 23 (constraints): the statement failed for what was in it, and would fail again. */
export function isOfTheData(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^2[23]/.test(code);
}
