import { DataError } from '../data/source';
import type { Device } from '../engine/device';
import { EngineError } from '../engine/errors';
import { defined } from '../numbers/defined';
import type { Landscape, LandscapeEvent, LandscapeSet, LandscapeSpec, Measured, PathPoint } from './analysis.meta';
import { Composed } from './composed';
import { geometryOf, gram, inner, planeOf, project } from './geometry';
import { asAnalysed, imagesOf, openRuns, updateAt, type AnalysisInput, type OpenedRun } from './opened';
import { barrierOf, byInterest, clipOf, coordinate, modelsOf, pairs, pointsOf, strides, weightsAt } from './plane.meta';
import { pick } from './subset';

/** Images a batch. */
const BATCH = 32;
const unknown: Measured = { loss: NaN, accuracy: NaN };

type Stage = Extract<LandscapeEvent, { type: 'progress' }>['stage'];

/** Throws DataError when a landscape cannot be measured as asked. */
export function checkLandscape(runs: number, { grid, x, y, images, splits, line }: LandscapeSpec): void {
  const whole = (name: string, value: number, low: number, high: number) => {
    if (!Number.isInteger(value) || value < low || value > high) throw new DataError(`${name} is ${value}; it must be a whole number from ${low} to ${high}.`);
  };
  if (runs !== 2 && runs !== 3) throw new DataError(`A landscape goes through three runs, or along the line between two; ${runs} were given.`);
  whole('grid', grid, 2, 201);
  whole('images', images, 1, 1e6);
  if (line !== 0) whole('line', line, 3, 1001);
  if (!splits.length) throw new DataError('Choose training images, held-back images, or both.');
  for (const [name, [low, high]] of [['x', x], ['y', y]] as const) {
    if (!Number.isFinite(low) || !Number.isFinite(high) || high <= low || Math.max(Math.abs(low), Math.abs(high)) > 1000) throw new DataError(`The range of ${name} is ${low} to ${high}; it must go up, within 1000.`);
  }
}

/**
 * Measures loss and accuracy on the plane through three runs (and along the lines between them), or along the line between
 * two, from coarse to fine, the places with the most to show first. Ended by `signal` after its start it returns what there
 * is; before, it throws. Throws DataError and whatever opening runs throws.
 */
export async function landscape(device: Device, input: AnalysisInput, spec: LandscapeSpec, { signal, onEvent }: { signal: AbortSignal; onEvent: (event: LandscapeEvent) => void }): Promise<Landscape> {
  const began = performance.now();
  checkLandscape(input.runs.length, spec);
  const runs = await openRuns(device, input, signal, (done) => onEvent({ type: 'opening', done, total: input.runs.length + 1 }));
  const updates = runs.map(({ update }) => update);
  const { splits, notes } = imagesOf(input.data, input.runs);
  const head = defined(runs[0]).loaded.adapted.trace.head;
  const g = gram(updates);
  const points = spec.grid ** 2;
  const picked = spec.splits.map((name) => {
    const whole = name === 'train' ? splits.train : splits.follow;
    const images = pick(whole, spec.images, spec.seed);
    return { images, set: emptySet(name === 'train' ? 'train' : splits.followIs, images.count, whole.count, runs.length, runs.length === 3 ? points : 0) };
  });
  const composed = await Composed.open(device, { model: input.model, feedOf: input.feedOf, images: picked.map(({ images }) => images), net: defined(runs[0]).loaded.adapted.model, updates, batch: Math.min(BATCH, spec.images) }, signal);
  try {
    const sources = picked.map((source) => ({ ...source, feed: composed.feed(source.images) }));
    const made: Landscape = {
      format: 'fullrank-landscape', version: 1, runs: input.runs.map(asAnalysed), spec, geometry: geometryOf(g, gram(updates, (name) => head.has(name))), plane: runs.length === 3 ? planeOf(g) : null,
      sets: sources.map(({ set }) => set), lines: [], paths: [], measured: 0, complete: false, seconds: 0, notes,
    };
    onEvent({ type: 'opening', done: input.runs.length + 1, total: input.runs.length + 1 });
    onEvent({ type: 'start', landscape: structuredClone(made) });
    const measuring = new Measuring(composed, sources, modelsOf(runs.length, runs.reduce((n, { snapshots }) => n + snapshots.length, 0), spec), signal, onEvent);
    try {
      await measureAll(device, input, spec, runs, g, made, measuring, onEvent);
      made.complete = true;
    } catch (error) {
      if (!(signal.aborted && (error === signal.reason || (error instanceof EngineError && error.kind === 'aborted')))) throw error;
    }
    made.seconds = (performance.now() - began) / 1000;
    return made;
  } finally {
    composed.destroy();
  }
}

const emptySet = (split: LandscapeSet['split'], images: number, of: number, runs: number, points: number): LandscapeSet => ({
  split, images, of, loss: new Float32Array(points).fill(NaN), accuracy: new Float32Array(points).fill(NaN), corners: Array.from({ length: runs }, () => unknown), pretrained: null,
});

/** Measures the weights as they stand on every set, counts, and says how long the rest will take. */
class Measuring {
  private done = 0;
  private first = 0;

  constructor(
    readonly composed: Composed,
    private readonly sources: { feed: ReturnType<Composed['feed']>; images: { count: number } }[],
    private readonly total: number,
    readonly signal: AbortSignal,
    private readonly onEvent: (event: LandscapeEvent) => void,
  ) {}

  async here(stage: Stage, stride = 0): Promise<Measured[]> {
    const out: Measured[] = [];
    for (const { feed, images } of this.sources) out.push(await this.composed.measure(feed, images.count, this.signal));
    // The first one decodes images and compiles kernels, and says nothing of the others.
    const now = performance.now();
    if (this.done++ === 0) this.first = now;
    const left = this.done > 1 ? ((now - this.first) / 1000 / (this.done - 1)) * (this.total - this.done) : NaN;
    this.onEvent({ type: 'progress', stage, stride, done: this.done, total: this.total, seconds_left: left });
    // A worker's messages, a cancel among them, get their turn.
    await new Promise((go) => setTimeout(go));
    this.signal.throwIfAborted();
    return out;
  }

  /** At base + sum of coefficients times updates. */
  async at(coefficients: readonly number[], stage: Stage, stride = 0): Promise<Measured[]> {
    await this.composed.at(coefficients);
    return this.here(stage, stride);
  }
}

async function measureAll(device: Device, { model }: AnalysisInput, spec: LandscapeSpec, runs: OpenedRun[], g: number[][], made: Landscape, measuring: Measuring, onEvent: (event: LandscapeEvent) => void): Promise<void> {
  const { sets } = made;
  const parts = () => onEvent({ type: 'parts', sets: sets.map(({ corners, pretrained }) => ({ corners: [...corners], pretrained })), lines: [...made.lines], paths: made.paths.map(({ run, points }) => ({ run, points: [...points] })) });
  for (let k = 0; k <= runs.length; k++) {
    const found = await measuring.at(runs.map((_, i) => (i === k ? 1 : 0)), 'corners');
    sets.forEach((set, s) => (k < runs.length ? (set.corners[k] = defined(found[s])) : (set.pretrained = defined(found[s]))));
  }
  parts();
  for (const [run, opened] of runs.entries()) {
    const points: PathPoint[] = [];
    for (const snapshot of [...opened.snapshots].sort((a, b) => a.step - b.step)) {
      const update = await updateAt(device, model, opened, snapshot, measuring.signal);
      if (!update) continue;
      await measuring.composed.put(update);
      const place = runs.length === 3 ? project(g, runs.map(({ update: corner }) => inner(update, corner)), inner(update, update)) : { x: NaN, y: NaN, residual: NaN, distance: Math.sqrt(inner(update, update)) };
      points.push({ step: snapshot.step, ...place, measured: await measuring.here('paths') });
    }
    if (points.length) made.paths.push({ run, points });
    if (points.length) parts();
  }
  if (spec.line > 0) {
    for (const [from, to] of pairs(runs.length)) {
      const t = Array.from({ length: spec.line }, (_, i) => i / (spec.line - 1));
      const found: Measured[][] = [];
      for (const at of t) {
        if (at === 0 || at === 1) found.push(sets.map(({ corners }) => defined(corners[at === 0 ? from : to])));
        else found.push(await measuring.at(runs.map((_, i) => (i === from ? 1 - at : i === to ? at : 0)), 'lines'));
      }
      const ofSet = (s: number) => {
        const [loss, accuracy] = [found.map((one) => defined(one[s]).loss), found.map((one) => defined(one[s]).accuracy)];
        return { loss, accuracy, ...barrierOf(t, loss) };
      };
      made.lines.push({ from, to, length: defined(defined(made.geometry.distances[from])[to]), t, sets: sets.map((_, s) => ofSet(s)) });
      parts();
    }
  }
  if (runs.length !== 3) return;
  const { grid } = spec;
  for (const [level, stride] of strides(grid).entries()) {
    const places = level === 0 ? pointsOf(grid, stride) : byInterest(pointsOf(grid, stride), grid, stride, defined(sets[0]).loss, clipOf(defined(sets[0]).corners));
    for (const index of places) {
      const weights = weightsAt(coordinate(spec.x, grid, index % grid), coordinate(spec.y, grid, Math.floor(index / grid)));
      const measured = await measuring.at(weights, 'grid', stride);
      sets.forEach((set, s) => {
        set.loss[index] = defined(measured[s]).loss;
        set.accuracy[index] = defined(measured[s]).accuracy;
      });
      made.measured++;
      onEvent({ type: 'points', points: [{ index, measured }] });
    }
  }
}
