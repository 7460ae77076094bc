import fc from 'fast-check';
import type { Fate } from './mortal-worker.js';
import { pagedType } from './world.js';

export const TYPES = [
  pagedType('plain', {}),
  pagedType('late', { delay: '10m' }),
  pagedType('unread', { delay: '10m', unless: 'read' }),
  pagedType('window', { digest: '1h' }),
  pagedType('daily', { delay: '10m', digest: 'daily' }),
  pagedType('alarm', { digest: '1h' }, { critical: true, mutable: false }),
  { ...pagedType('bare', {}), channels: { in_app: false, pager: { default: true, digest: '1h' } } },
];

const type = fc.constantFrom(...TYPES.map(({ key }) => key));
/** Most of all what is gathered by its type. */
const gathered = fc.constantFrom('window', 'bare', 'window', 'bare', 'daily', 'plain');
const fate = fc.option(
  fc.record<Fate>({
    what: fc.constantFrom('dies', 'stalls'),
    when: fc.constantFrom('before', 'after'),
    step: fc.nat({ max: 11 }),
  }),
  { freq: 2, nil: undefined },
);
const act = <T extends object>(weight: number, what: fc.Arbitrary<T>) => ({ weight, arbitrary: what });
const answers = fc.array(fc.constantFrom('delivered', 'retry', 'held', 'failed'), { maxLength: 2 });
const pass = (...minutes: number[]) =>
  fc.record({ do: fc.constant('pass' as const), minutes: fc.constantFrom(...minutes) });
const work = fc.record({ do: fc.constant('work' as const), fate, answers, stops: fc.boolean() });
const notify = (types: fc.Arbitrary<string>) =>
  fc.record({
    do: fc.constant('notify' as const),
    type: types,
    expires: fc.option(fc.constantFrom(5, 700), { freq: 4 }),
  });
const copy = fc.record({
  do: fc.constant('copy' as const),
  pick: fc.nat({ max: 5 }),
  to: fc.constantFrom(
    ...['read', 'unread', 'archived', 'inbox', 'snoozed', 'awake', 'trash', 'restored', 'purged'],
  ),
});
const disturbance = fc.oneof(
  act(3, copy),
  act(3, fc.record({ do: fc.constant('withdraw' as const), pick: fc.nat({ max: 5 }) })),
  act(1, notify(type)),
  act(1, fc.record({ do: fc.constant('resume' as const) })),
  act(1, fc.record({ do: fc.constant('mute' as const), type, on: fc.boolean() })),
  act(
    1,
    fc.record({
      do: fc.constant('frequency' as const),
      type,
      to: fc.constantFrom('instant', 'hourly', 'daily', 'weekly', null),
    }),
  ),
  act(1, fc.record({ do: fc.constant('pause' as const), minutes: fc.constantFrom(0, 30, 3_000) })),
  act(1, fc.record({ do: fc.constant('quiet' as const), on: fc.boolean() })),
);
const disturbances = fc.array(disturbance, { maxLength: 2 });
/** Some events that may be gathered, and what becomes of them. */
export const episode = fc
  .tuple(
    fc.tuple(fc.array(notify(gathered), { minLength: 1, maxLength: 4 }), work, disturbances),
    fc.tuple(pass(61, 61, 1_500), work, disturbances),
    fc.array(fc.tuple(pass(1, 2, 2, 15, 600), work, disturbances), { maxLength: 3 }),
  )
  .map(([[events, first, before], ...rest]) => [...events, first, ...before, ...rest.flat(3)]);
/** What is done. */
export type Step = typeof episode extends fc.Arbitrary<(infer T)[]> ? T : never;

type Answer = 'delivered' | 'retry';

const notified = (key: string, expires: 5 | null = null): Step => ({ do: 'notify', type: key, expires });
const passed = (minutes: number): Step => ({ do: 'pass', minutes });
const worked = (destiny?: Fate, ...given: Answer[]): Step => ({
  ...{ do: 'work', fate: destiny, answers: given, stops: false },
});
const before = (what: Fate['what']): Fate[] =>
  [5, 6, 7, 8].map((step) => ({ what, when: 'before' as const, step }));

/** What has gone wrong once, whatever is drawn. */
export const KNOWN: Step[][] = [
  // A digest that a killed process has sent, and that was put off before it was called back.
  ...before('dies').map((destiny): Step[] => [
    ...[notified('window'), worked(), passed(61), worked(destiny)],
    ...[{ do: 'pause', minutes: 30 } as const, passed(1), worked(), { do: 'withdraw', pick: 0 } as const],
  ]),
  // One that a process stands still with which leaves its oldest out, and that another one has tried to send meanwhile.
  ...before('stalls').flatMap((destiny) =>
    [['delivered', 'retry'] as const, ['retry', 'delivered'] as const].map((given): Step[] => [
      ...[notified('bare', 5), notified('bare'), worked(), notified('plain'), passed(61), worked(destiny)],
      ...[passed(1), worked(undefined, ...given)],
    ]),
  ),
];
