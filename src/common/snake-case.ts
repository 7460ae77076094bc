/** A name as JSON spells it: `created_at` for `createdAt`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** An object with its keys as JSON spells them. */
export function snakeCased<T extends object>(value: T): SnakeCased<T> {
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [snakeCase(name), one as unknown]),
  ) as SnakeCased<T>;
}

type SnakeCased<T> = { [Name in keyof T as Name extends string ? SnakeCase<Name> : never]: T[Name] };

type SnakeCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}`
  : Name;
