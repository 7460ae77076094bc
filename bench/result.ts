import type { Figure } from './measure.js';

/** What a target says, and whether this run met it. */
export interface Target {
  text: string;
  met: boolean;
}

/** One line of the result. */
export interface Row {
  group: string;
  what: string;
  /** Of the server: requests a second for a `Figure`, else a value with its unit. */
  carillon: Figure | string;
  /** Of the floors, where there is something to compare with. */
  floors: { name: string; figure: Figure | string; ratio: number }[];
  targets: Target[];
  /** What a reader must know to read the line. */
  note?: string;
}

export function atLeast(ratio: number, least: number, of: string): Target {
  return { text: `≥ ${least} × ${of}`, met: ratio >= least };
}
