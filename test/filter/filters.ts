import fc from 'fast-check';
import { encodeTypeId } from '../../src/common/typeid.js';
import { text, time, type Row } from './rows.js';

/** Random filters over rows that are known, so that they find something. */
export function filters(rows: Row[]): fc.Arbitrary<object> {
  const id = fc.constantFrom(...rows.map((row) => row.id), '00000000-0000-7000-8000-000000000000');
  const words = fc.oneof(text, fc.constantFrom(...rows.map((row) => row.title), ...bodies(rows)));
  const instants = fc.oneof(
    time,
    // Finer than the columns are, down to a nanosecond beside one of their values, and in another zone.
    fc
      .tuple(time, fc.constantFrom('5', '0001', '000001', '999999', '000999', '0000', '99900', '000000'))
      .map(([one, finer]) => one.replace('Z', `${finer}Z`)),
    time.map((one) => `${new Date(Date.parse(one) + 5.5 * 3_600_000).toISOString().slice(0, -1)}+05:30`),
  );
  const notification = {
    id: scalar(id, true),
    userId: words_(fc.constantFrom('ann', 'bob', '')),
    workspaceId: words_(fc.constantFrom('w1', 'w2', 'Ω', 'w')),
    type: scalar(fc.constantFrom('info', 'warning', 'error', 'success'), false),
    category: words_(fc.constantFrom('job_failed', 'job_completed', 'job')),
    title: words_(words),
    body: words_(words),
    read: scalar(fc.boolean(), false),
    readAt: scalar(instants, true),
    createdAt: scalar(instants, true),
    entityType: words_(words),
    entityId: words_(words),
  };
  const event = {
    id: scalar(fc.constantFrom(...rows.flatMap((row) => row.event?.id ?? [])), true),
    type: words_(fc.constantFrom('job_failed', 'job_completed')),
    source: words_(words),
    createdAt: scalar(instants, true),
  };
  const deliveries = {
    channel: words_(fc.constantFrom('slack', 'discord', 'ntfy')),
    status: scalar(fc.constantFrom('pending', 'delivered', 'failed'), false),
    attempts: scalar(fc.integer({ min: -1, max: 5 }), true),
    createdAt: scalar(instants, true),
  };
  const related = {
    event: combined(event, {}, 1),
    deliveries: fc.record(
      Object.fromEntries(['some', 'every', 'none'].map((one) => [one, combined(deliveries, {}, 1)])),
      { requiredKeys: [] },
    ),
  };
  return combined(notification, related, 3);
}

type Arbitraries = Record<string, fc.Arbitrary<unknown>>;

function combined(fields: Arbitraries, relations: Arbitraries, depth: number): fc.Arbitrary<object> {
  const leaf = fc.oneof(
    ...Object.entries({ ...fields, ...relations }).map(([name, value]) =>
      value.map((one) => ({ [name]: one })),
    ),
  );
  if (depth === 0) return leaf;
  const inner = combined(fields, relations, depth - 1);
  const list = fc.array(inner, { maxLength: 3 });
  return fc.oneof(
    { weight: 4, arbitrary: leaf },
    { weight: 1, arbitrary: fc.record({ AND: list, OR: list, NOT: inner }, { requiredKeys: [] }) },
    { weight: 2, arbitrary: list.map((AND) => ({ AND })) },
    { weight: 2, arbitrary: list.map((OR) => ({ OR })) },
    { weight: 2, arbitrary: inner.map((NOT) => ({ NOT })) },
  );
}

function operators(value: fc.Arbitrary<unknown>): Arbitraries {
  const orNull = fc.option(value, { freq: 6 });
  const list = fc.array(orNull, { maxLength: 4 });
  return { eq: orNull, neq: orNull, in: list, notIn: list, isNull: fc.boolean() };
}

function scalar(value: fc.Arbitrary<unknown>, ordered: boolean): fc.Arbitrary<unknown> {
  return bareOr(value, {
    ...operators(value),
    ...(ordered && { gt: value, gte: value, lt: value, lte: value }),
  });
}

function words_(value: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  const part = value.map((one) => [...one].slice(0, 2).join(''));
  // A pattern must not end with a backslash that escapes nothing.
  const pattern = fc
    .array(fc.oneof(part, fc.constantFrom('%', '_', '\\%', '\\_', '\\\\')), { maxLength: 3 })
    .map((parts) => parts.join('').replace(/\\+$/, (run) => '\\'.repeat(run.length - (run.length % 2))));
  return bareOr(value, {
    ...operators(value),
    ...{ gt: value, gte: value, lt: value, lte: value },
    ...{ contains: part, startsWith: part, endsWith: part, like: pattern, ilike: pattern },
  });
}

function bareOr(value: fc.Arbitrary<unknown>, known: Arbitraries): fc.Arbitrary<unknown> {
  const one = fc
    .constantFrom(...Object.keys(known))
    .chain((name) => known[name]!.map((input) => ({ [name]: input })));
  return fc.oneof(
    { weight: 2, arbitrary: fc.option(value, { freq: 6 }) },
    { weight: 5, arbitrary: one },
    { weight: 1, arbitrary: fc.tuple(one, one).map(([a, b]) => ({ ...a, ...b })) },
  );
}

function bodies(rows: Row[]): string[] {
  return rows.flatMap((row) => row.body ?? []);
}

/** The same filter with its ids in the TypeID form. */
export function withTypeIds(filter: object): object {
  return JSON.parse(
    JSON.stringify(filter).replace(
      /"([0-9a-f]{8}-[0-9a-f-]{27})"/g,
      (_, id: string) => `"${encodeTypeId('ntf', id)}"`,
    ),
  ) as object;
}
