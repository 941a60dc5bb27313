import type { BytesByRole } from '../train/protocol';

/** Places of a run: Node on Dawn, a page in Chromium, or such a page that computes on the processor. */
export type Place = 'node' | 'chromium' | 'processor';
/** As they are headed in tables. */
export const placeTitles: Record<Place, string> = { node: 'Node', chromium: 'Chromium', processor: 'Processor' };
/** Those that have an adapter. */
export const ADAPTERS: readonly Place[] = ['node', 'chromium'];

/** Inputs that a contestant starts with. */
export interface Setup {
  place: Place;
  /** Our engine's way to a device; peers take `navigator.gpu`, or on the processor what they have for it. */
  gpu: GPU;
  /** The same on the processor with fused multiply-adds, which peers there have. */
  fused?: GPU;
}

/** A contestant that stands ready: memory allocated, weights uploaded. */
export interface Running {
  /** One piece of the work; resolves when the device has done it. */
  step(): Promise<void>;
  /** The numbers that are checked: what the last step computed, or what all of them did (losses). */
  result?(): Promise<Float32Array>;
  /** Trainable parameters. */
  parameters?: number;
  /** Planned bytes by role, of our engine. */
  bytes?: BytesByRole;
  /** Time of each kernel in a step, as text. */
  profile?(): Promise<string>;
  /** Gives everything back. */
  stop(): void | Promise<void>;
}

/** Somebody who does the work of an entry. */
export interface Contestant {
  /** With the version, where it is not ours. */
  name: string;
  /** Places where it can run; everywhere when left out. */
  places?: readonly Place[];
  /** Arithmetic of a step where it differs from the entry's. */
  flop?: number;
  start(setup: Setup): Promise<Running>;
}

/** One piece of work that several contestants do on the same numbers. */
export interface Entry {
  name: string;
  /** Arithmetic of a step: a multiply-add is two. */
  flop?: number;
  /** Bytes that a step reads and writes. */
  moved?: number;
  contestants: Contestant[];
  /** The same work as cli/python/bench.py is asked for it, where PyTorch is measured beside. */
  torch?: readonly string[];
  /** Error of one contestant's numbers, given everybody's. */
  check?(result: Float32Array, all: ReadonlyMap<string, Float32Array>): number;
  /** Largest error that is rounding. */
  tolerance?: number;
}

/** Entries that share a table. */
export interface Group {
  name: string;
  /** For people: what is measured, in one line. */
  title: string;
  /** The contestant that times are divided by. */
  baseline: string;
  entries: Entry[];
}

/** Our engine's name in the tables. */
export const OURS = 'fullrank';
/** Nothing but multiply-adds, as many as the entry's, or a copy of as many bytes: what the adapter could do. */
export const PEAK = 'peak';

/** The same contestant on the processor with fused multiply-adds. */
export const fused = (contestant: Contestant): Contestant => ({ ...contestant, name: `${contestant.name} fused`, places: ['processor'], start: ({ fused, ...setup }) => contestant.start({ ...setup, gpu: fused! }) });

/** Agreement with whoever computed the same first: no contestant is its own witness. */
export function agreement(error: (got: Float32Array, want: Float32Array) => number): NonNullable<Entry['check']> {
  return (result, all) => {
    const other = [...all.values()].find((r) => r !== result);
    return other ? error(result, other) : NaN;
  };
}
