import type { Request } from './load.js';
import type { Program } from './processes.js';
import type { World } from './world.js';

export interface Figure {
  perSecond: number;
  /** Milliseconds from sending a request to the end of its answer. */
  p50: number;
  p99: number;
  /** Processor time of one request, in milliseconds: of the program, and of PostgreSQL for it. */
  cpu: { program: number; database: number };
}

export interface Race<Name extends string> {
  /** Whom the requests go to. */
  contestants: Record<Name, Program>;
  /** Taken in order, so that each is sent once while there are enough. */
  requests: Request[];
  connections: number;
  /** How long each turn of each contestant is, and how many turns there are. */
  milliseconds: number;
  rounds: number;
  /** Requests in one turn at the most. */
  most?: number;
  /** Requests that are not counted, so that caches and compilers are in the state of a running server. */
  warmUp?: number;
}

interface Turn {
  perSecond: number;
  latencies: number[];
  cpu: Figure['cpu'];
}

export interface RaceResult<Name extends string> {
  figures: Record<Name, Figure>;
  /** The median, over the rounds, of how many times as many requests a second one did as the other. */
  ratio(one: Name, other: Name): number;
  errors: string[];
}

/**
 * V8 has compiled most of what is hot after some thousand requests; before, a request costs two or three times as much.
 * Who is measured first, by a server that has done nothing yet, needs more.
 */
const WARM_UP = 2_000;
/** On a machine that hardly answers the warm-up ends all the same; a slow one needs as many requests as any. */
const WARM_UP_MS = 60_000;

/**
 * Lets the contestants take turns (A B C A B C …), so that what else happens on the machine hits all of them, and
 * compares those of one round with each other.
 */
export async function race<Name extends string>(
  { load, cpu }: World,
  given: Race<Name>,
): Promise<RaceResult<Name>> {
  const names = Object.keys(given.contestants) as Name[];
  const rounds: Record<string, Turn>[] = [];
  const errors = new Set<string>();
  let next = 0;
  const turn = async (name: Name, milliseconds: number, most = Infinity): Promise<Turn> => {
    const { url, pid } = given.contestants[name];
    const before = cpu.read(pid);
    const result = await load.run({
      url,
      requests: given.requests,
      first: next,
      connections: given.connections,
      milliseconds,
      most,
    });
    next = result.next;
    for (const [error, count] of Object.entries(result.errors)) errors.add(`${name}: ${count} × ${error}`);
    const after = cpu.read(pid);
    return {
      perSecond: (result.latencies.length / result.milliseconds) * 1000,
      latencies: result.latencies,
      cpu: { program: after.program - before.program, database: after.database - before.database },
    };
  };

  for (const name of names) await turn(name, WARM_UP_MS, given.warmUp ?? WARM_UP);
  for (let round = 0; round < given.rounds; round += 1) {
    const results: (typeof rounds)[number] = {};
    for (const name of names) results[name] = await turn(name, given.milliseconds, given.most);
    rounds.push(results);
  }

  const all = (name: Name) => rounds.map((round) => round[name] as Turn);
  const figures = Object.fromEntries(
    names.map((name) => {
      const latencies = all(name).flatMap((turns) => turns.latencies);
      return [
        name,
        {
          perSecond: median(all(name).map(({ perSecond }) => perSecond)),
          p50: percentile(latencies, 50),
          p99: percentile(latencies, 99),
          cpu: {
            program: sum(all(name).map((turns) => turns.cpu.program)) / latencies.length,
            database: sum(all(name).map((turns) => turns.cpu.database)) / latencies.length,
          },
        },
      ];
    }),
  ) as Record<Name, Figure>;
  return {
    figures,
    ratio: (one, other) =>
      median(rounds.map((round) => (round[one]?.perSecond ?? NaN) / (round[other]?.perSecond ?? NaN))),
    errors: [...errors],
  };
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export function median(values: number[]): number {
  return percentile(values, 50);
}

export function percentile(values: number[], percent: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? NaN;
}
