/** JSON as ECMAScript defines it, without a page's own `toJSON`: older libraries add one to lists, and pages one to dates. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key: string) {
    const own = this[key];
    return own instanceof Date ? own.toISOString() : own;
  });
}
