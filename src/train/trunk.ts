import type { Machine } from '../engine/machine';
import { Recorder, type Program } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import type { Model } from '../models/model';
import type { Context, Site } from '../nn/context';
import { defined } from '../numbers/defined';
import { tileStats } from '../ops/tileStats';

/** Bytes of a run's kept rows at most. */
const MOST_BYTES = 256 * 2 ** 20;

/**
 * The blocks below the first that learns, as a program of its own: what they make of a picture is the same in every epoch and
 * evaluation, so it is kept where nothing random happens to pictures, and only the rest runs again.
 */
export interface Trunk {
  program: Program;
  /** Sequences (B, T, C) that enter the first block that learns, or features (B, C) that enter the head; and what their product told of them for a layer norm. */
  outs: readonly Tensor[];
}

/** Name of the place where features enter the head. */
const HEAD = 'head';

/** A context that lets whoever wants see, and replace, what enters a block of the tower of images, or the head. */
function entering(ctx: Context, enter: (name: string, x: Tensor) => Tensor): Context {
  let tower: Site['tower'] = 'image';
  return {
    ...ctx,
    tokens(site, x) {
      ({ tower } = site);
      return ctx.tokens(site, x);
    },
    block: (name, x, body) => ctx.block(name, tower === 'image' ? enter(name, x) : x, body),
    linear: (name, x, out, how = {}) => ctx.linear(name, how.head ? enter(HEAD, x) : x, out, how),
  };
}

/** A forward pass by a recorder through a context of it. */
type Forward = (rec: Recorder, within: (ctx: Context) => Context) => void;

/** Ends a recording where no more of it is wanted. */
class Reached extends Error {}

/** Records as far as `enter` goes on. */
function until(body: () => void): void {
  try {
    body();
  } catch (error) {
    if (!(error instanceof Reached)) throw error;
  }
}

/**
 * Place at which the part of a model that learns begins, by its name: the last one with a block below it where nothing has met what learns or
 * what is drawn. Null where there is none.
 */
function placeOf(forward: Forward): string | null {
  const rec = new Recorder();
  const frozen: string[] = [];
  let heads = 0;
  rec.program('forward', () => until(() => forward(rec, (ctx) => entering(ctx, (name, x) => {
    if (x.requiresGrad || rec.nextStream > 0) throw new Reached();
    if (name === HEAD) heads++;
    frozen.push(name);
    return x;
  }))));
  // What two heads read is not one value.
  const places = heads > 1 ? frozen.filter((name) => name !== HEAD) : frozen;
  return places.length > 1 ? defined(places.at(-1)) : null;
}

/** Records the trunk of a model of pictures, of which `forward` records a pass in training; null where it has none. */
export function recordTrunk(rec: Recorder, model: Model, forward: Forward): (Trunk & { within: (ctx: Context) => Context }) | null {
  if (model.language ?? model.pairs) return null;
  const place = placeOf(forward);
  if (place === null) return null;
  let outs: Tensor[] = [];
  const program = rec.program('trunk', () => until(() => forward(rec, (ctx) => entering(ctx, (name, x) => {
    if (name !== place) return x;
    outs = rec.leave(x, tileStats(x));
    throw new Reached();
  }))), { gradients: false });
  const [out] = outs as [Tensor];
  return { program, outs, within: (ctx) => entering(ctx, (name, x) => (name === place ? out : x)) };
}

/** Rows of what a trunk makes, kept in memory by the set that they are of. */
export class TrunkRows {
  private readonly sets = new Map<object, Map<number, Float32Array>>();
  private left: number;
  /** Of each tensor that the trunk leaves: a batch, and floats of a row. */
  private readonly parts: { tensor: Tensor; host: Float32Array; width: number; at: number }[] = [];
  private readonly width: number;

  constructor(
    { outs }: Trunk,
    most = MOST_BYTES,
  ) {
    this.left = most;
    const [batch] = defined(outs[0]).shape as [number];
    let at = 0;
    for (const tensor of outs) {
      const host = new Float32Array(tensor.storage.bytes / 4);
      const width = host.length / batch;
      this.parts.push({ tensor, host, width, at });
      at += width;
    }
    this.width = at;
  }

  /** Promises room for a set of so many rows, once; false where they would not fit. */
  keeps(set: object, count: number): boolean {
    if (this.sets.has(set)) return true;
    const bytes = 4 * this.width * count;
    if (bytes > this.left) return false;
    this.left -= bytes;
    this.sets.set(set, new Map());
    return true;
  }

  /** Puts these rows of a set where the programs read them; false where one is not known. */
  place(machine: Machine, set: object, rows: ArrayLike<number>): boolean {
    const known = this.sets.get(set);
    const found = known && Array.from(rows, (row) => known.get(row));
    if (!found?.every((row) => row !== undefined)) return false;
    for (const { tensor, host, width, at } of this.parts) {
      found.forEach((row, i) => host.set(row.subarray(at, at + width), i * width));
      machine.write(tensor, host);
    }
    return true;
  }

  /** What the trunk makes of so many rows, to be read back. */
  readings(rows: number): { tensor: Tensor; data: Float32Array }[] {
    return this.parts.map(({ tensor, width }) => ({ tensor, data: new Float32Array(rows * width) }));
  }

  /** Takes over these rows of a set as they were read back, in the order of a batch. */
  take(set: object, rows: ArrayLike<number>, readings: readonly { data: Float32Array }[]): void {
    const known = this.sets.get(set);
    for (let i = 0; i < rows.length; i++) {
      const row = new Float32Array(this.width);
      this.parts.forEach(({ width, at }, part) => row.set(defined(readings[part]).data.subarray(i * width, (i + 1) * width), at));
      known?.set(defined(rows[i]), row);
    }
  }
}

/** Inputs, or a batch of them, without what the trunk alone reads. */
export function behindTrunk<T>({ pixel_values: _, ...rest }: Record<string, T>): Record<string, T> {
  return rest;
}
