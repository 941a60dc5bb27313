import { intruderPart } from '../adapters/intruders';
import type { Arrays } from '../adapters/method';
import { hasClasses } from '../data/kinds';
import { DataError, type Dataset, type Split } from '../data/source';
import type { Device } from '../engine/device';
import { defined } from '../numbers/defined';
import { measureOf } from '../train/scores.meta';
import type { Along, AlongEvent, AlongPoint, AlongSpec, Measured } from './analysis.meta';
import { Activations } from './activations';
import { Composed } from './composed';
import { originalTest, type OriginalTest } from './inside';
import { asAnalysed, openRuns, type AnalysisInput, type OpenedRun } from './opened';
import { pick } from './subset';
import { runSplits } from '../train/split';
import { keptTrain } from '../train/config';
import { partedUpdate } from '../train/updates';
import { steps } from './steps';

/** Images a batch. */
const BATCH = 16;

export interface AlongInput extends AnalysisInput {
  /** A data set of the model's original task. */
  original?: Dataset | null;
}

/** A run's update in the parts that get a coefficient of their own: what it did to the backbone, its head, and what lies in intruder dimensions. */
type Parts = { backbone: Arrays; head: Arrays; intruders: Arrays };

/** Coefficients of those parts, in their order. The head stays as it was trained: none stands in the pretrained model. */
const coefficientsOf = ({ what }: AlongSpec, at: number): [backbone: number, head: number, intruders: number] => (what === 'base' ? [at, 1, 0] : [1, 1, at - 1]);

/**
 * Accuracy on test images, drift of the features and accuracy on the original task of one run, along a line: from the pretrained
 * weights to the trained ones, W + a delta (M. Wortsman et al., arXiv 2109.01903), or with its intruder dimensions scaled. Throws
 * DataError, whatever opening runs throws, and the signal's reason when it is aborted.
 */
export async function along(device: Device, input: AlongInput, spec: AlongSpec, { signal, onEvent }: { signal: AbortSignal; onEvent: (event: AlongEvent) => void }): Promise<Along> {
  const began = performance.now();
  checkSpec(input, spec);
  const run = defined((await openRuns(device, input, signal, (done) => onEvent({ stage: 'open', done, total: 1, seconds_left: NaN })))[0]);
  checkClasses(run, input);
  const { parts, found } = await partsOf(run, input, spec, signal, onEvent);
  const { test } = runSplits(input.data, keptTrain(run.spec.train));
  const images = pick(test, spec.images, spec.seed);
  const told = steps(onEvent, 'points', spec.at.length * (input.original ? 2 : 1));
  const points = await onTest(device, input, spec, { run, parts, images, signal, told });
  const original = input.original ? originalTest(input.model, run.loaded.adapted.model.image_size, input.original, spec) : null;
  if (original) (await onOriginal(device, input, spec, { parts, original, signal, told })).forEach((measured, i) => (defined(points[i]).original = measured));
  return {
    format: 'fullrank-along', version: 1, runs: [asAnalysed(run.spec)], spec, images: images.count, of: test.count, points,
    intruders: found, original: original && { data: original.title, images: original.images.count, classes: original.classes }, complete: true, seconds: (performance.now() - began) / 1000, notes: [],
  };
}

/** Throws DataError of what cannot be measured. */
function checkSpec({ runs }: AlongInput, { at, images }: AlongSpec): void {
  if (runs.length !== 1) throw new DataError(`One run is measured along its update; ${runs.length} were given.`);
  if (!Number.isInteger(images) || images < 2 || images > 1e6) throw new DataError(`images is ${images}; it must be a whole number from 2 to 1000000.`);
  if (at.length < 1 || at.length > 101 || !at.every((a) => a >= 0 && a <= 1)) throw new DataError('One to 101 points are measured, each from 0 to 1.');
}

/** Throws DataError of an adapter from outside that was trained for other classes than the test images have. */
function checkClasses({ spec, loaded }: OpenedRun, { data }: AlongInput): void {
  const { labels } = loaded.adapted.model;
  if (hasClasses(data) && labels.join('\n') !== data.classes.join('\n')) throw new DataError(`${spec.name} tells other classes apart than ${data.title} has; choose the data that it was trained on.`);
}

async function partsOf({ update, loaded: { adapted } }: OpenedRun, { model }: AlongInput, { what, epsilon, top }: AlongSpec, signal: AbortSignal, onEvent: (event: AlongEvent) => void): Promise<{ parts: Parts; found: Along['intruders'] }> {
  const { backbone, head } = partedUpdate(model, adapted, update);
  if (what === 'base') return { parts: { backbone, head, intruders: {} }, found: null };
  const layers = adapted.trace.linears.filter(({ adaptable, name }) => adaptable && backbone[`${name}.weight`]);
  const { part, counts } = await intruderPart(backbone, epsilon, { layers, source: model.source, top, signal, progress: steps(onEvent, 'intruders', layers.length) });
  if (counts.length === 0) throw new DataError(`No intruder dimension is below ${epsilon} among the ${top} largest directions of any layer, so there is nothing to scale down.`);
  return { parts: { backbone, head, intruders: part }, found: counts };
}

interface Measuring {
  parts: Parts;
  signal: AbortSignal;
  /** Says that one more is done. */
  told: () => void;
}

/** Updates in the order of their coefficients; those behind the last that is there are left out. */
const updatesOf = ({ backbone, head, intruders }: Parts): Arrays[] => (Object.keys(intruders).length > 0 ? [backbone, head, intruders] : [backbone, head]);

/** Accuracy on test images, and drift of the features on the same. */
async function onTest(device: Device, { model, feedOf }: AlongInput, spec: AlongSpec, { run, parts, images, signal, told }: Measuring & { run: OpenedRun; images: Split }): Promise<AlongPoint[]> {
  const { adapted } = run.loaded;
  const batch = Math.min(BATCH, images.count);
  const batches = Math.floor(images.count / batch);
  let activations!: Activations;
  const composed = await Composed.open(device, { model, feedOf, images: [images], net: adapted.model, updates: updatesOf(parts), batch, more: (rec, on, options) => void (activations = new Activations(rec, on, options, false, true)) }, signal);
  try {
    const feed = composed.feed(images);
    const points: AlongPoint[] = [];
    for (const at of spec.at) {
      const coefficients = coefficientsOf(spec, at);
      await activations.collect(composed, feed, batches, signal, () => {}, coefficients);
      const { pretrained } = await activations.agreement(composed, batches * batch * adapted.trace.tokens);
      await composed.at(coefficients);
      const { loss, answers, ...found } = await composed.evaluate(feed, images, signal);
      points.push({ at, loss: Number.isFinite(loss) ? loss : NaN, accuracy: measureOf(found), drift: 1 - (pretrained.at(-1) ?? NaN), ...(answers && { answers }) });
      told();
    }
    return points;
  } finally {
    composed.destroy();
  }
}

/** Accuracy of the backbone under the checkpoint's own head on the original task. */
async function onOriginal(device: Device, { model, feedOf }: AlongInput, spec: AlongSpec, { parts, original, signal, told }: Measuring & { original: OriginalTest }): Promise<Measured[]> {
  const { images, net } = original;
  const composed = await Composed.open(device, { model, feedOf, images: [images], net, updates: updatesOf({ ...parts, head: {} }), batch: Math.min(BATCH, images.count) }, signal);
  try {
    const feed = composed.feed(images);
    const out: Measured[] = [];
    for (const at of spec.at) {
      await composed.at(coefficientsOf(spec, at));
      out.push(await composed.measure(feed, images.count, signal));
      told();
    }
    return out;
  } finally {
    composed.destroy();
  }
}
