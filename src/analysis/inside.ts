import { trainsOf } from '../adapters/fields';
import { intrudersOf } from '../adapters/intruders';
import { intruderSeconds, type LayerIntruders } from '../adapters/intruders.meta';
import { DataError, type Dataset, type Split } from '../data/source';
import { subset } from '../data/split';
import type { Device } from '../engine/device';
import type { Model } from '../models/model';
import { defined } from '../numbers/defined';
import type { LoadedModel } from '../train/openModel';
import type { Inside, InsideEvent, InsideSpec, LayerUpdate, Measured } from './analysis.meta';
import { Activations, type Agreement } from './activations';
import { Composed } from './composed';
import { dot, geometryOf, gram } from './geometry';
import { asAnalysed, imagesOf, openRuns, type AnalysisInput, type OpenedRun } from './opened';
import { spectrumOf } from './spectrum';
import { steps } from './steps';
import { pick } from './subset';

/** Images a batch. */
const BATCH = 16;

export interface InsideInput extends AnalysisInput {
  /** A data set of the model's original task. */
  original?: Dataset | null;
}

/**
 * Effects of the runs on the model: spectra of their updates, norms and angles, activations beside those of the fully
 * fine-tuned run and of the pretrained model, and what is left of the original task. Throws DataError, whatever opening
 * runs throws, and the signal's reason when it is aborted.
 */
export async function inside(device: Device, input: InsideInput, spec: InsideSpec, { signal, onEvent }: { signal: AbortSignal; onEvent: (event: InsideEvent) => void }): Promise<Inside> {
  const began = performance.now();
  if (!Number.isInteger(spec.images) || spec.images < 2 || spec.images > 1e6) throw new DataError(`images is ${spec.images}; it must be a whole number from 2 to 1000000.`);
  if (input.runs.length < 1 || input.runs.length > 16) throw new DataError(`One to sixteen runs are looked into at once; ${input.runs.length} were given.`);
  const count = input.runs.length;
  const runs = await openRuns(device, input, signal, (done) => onEvent({ stage: 'open', done, total: count, seconds_left: NaN }));
  const { splits, notes } = imagesOf(input.data, input.runs);
  const images = pick(splits.follow, spec.images, spec.seed);
  const { adapted } = defined(runs[0]).loaded;
  const { head } = adapted.trace;
  const layers = adapted.trace.linears.filter(({ adaptable }) => adaptable);

  const spectrum = steps(onEvent, 'spectrum', count * layers.length);
  const updates: LayerUpdate[][] = [];
  for (const run of runs) updates.push(await spectrumOf(run.update, layers, input.model.source, signal, spectrum));
  const { intruders: top = 0, intruder_seconds: within = Infinity } = spec;
  const intruders = top > 0 && intruderSeconds(updates) <= within && (await intrudersAmong(runs, layers, input, top, { signal, onEvent }));

  const reference = runs.findIndex(({ spec: { method } }) => trainsOf(method.method) === 'weights');
  const batch = Math.min(BATCH, images.count);
  const batches = Math.floor(images.count / batch);
  const counted = steps(onEvent, 'activations', count * batches);
  const agreements: (Agreement & { names: Inside['outputs'] })[] = [];
  for (const run of runs) {
    const other = reference >= 0 && runs[reference] !== run ? defined(runs[reference]) : null;
    let activations!: Activations;
    const composed = await Composed.open(device, { model: input.model, feedOf: input.feedOf, net: adapted.model, updates: other ? [run.update, other.update] : [run.update], batch, more: (rec, on, options) => void (activations = new Activations(rec, on, options, other !== null)) }, signal);
    try {
      await activations.collect(composed, composed.feed(images), batches, signal, counted);
      agreements.push({ ...(await activations.agreement(composed, batches * batch * adapted.trace.tokens)), names: activations.names });
    } finally {
      composed.destroy();
    }
  }
  const outputs = defined(agreements[0]).names;
  const made: Inside = {
    format: 'fullrank-inside', version: 1, runs: input.runs.map(asAnalysed), spec, images: batches * batch, tokens: adapted.trace.tokens, split: splits.followIs,
    updates, ...(intruders && { intruders }), geometry: geometryOf(gram(runs.map((r) => r.update)), gram(runs.map((r) => r.update), (name) => head.has(name))), angles: anglesOf(runs, layers.map(({ name }) => name)),
    outputs, reference: reference < 0 ? null : reference,
    // The reference agrees with itself.
    cka: reference < 0 ? [] : agreements.map((one, i) => (i === reference ? outputs.map(() => 1) : one.reference)),
    pretrained: agreements.map((one) => one.pretrained), original: null, complete: false, seconds: 0, notes,
  };
  if (reference < 0) notes.push('None of these runs is full fine-tuning, so there is nothing to compare activations with but the pretrained model.');
  if (input.original) made.original = await originalTask(device, input, runs, spec, signal, onEvent);
  else notes.push('No images of the original task are open, so forgetting is measured as the drift of features: 1 - CKA with the pretrained model.');
  made.complete = true;
  made.seconds = (performance.now() - began) / 1000;
  return made;
}

/** Intruder dimensions of the runs alone, among the `top` largest directions of each layer. Throws as `inside` does. */
export async function findIntruders(device: Device, input: AnalysisInput, top: number, { signal, onEvent }: { signal: AbortSignal; onEvent: (event: InsideEvent) => void }): Promise<LayerIntruders[][]> {
  const runs = await openRuns(device, input, signal, (done) => onEvent({ stage: 'open', done, total: input.runs.length, seconds_left: NaN }));
  const layers = defined(runs[0]).loaded.adapted.trace.linears.filter(({ adaptable }) => adaptable);
  return intrudersAmong(runs, layers, input, top, { signal, onEvent });
}

const intrudersAmong = (runs: readonly OpenedRun[], layers: Parameters<typeof intrudersOf>[1]['layers'], { model: { source } }: AnalysisInput, top: number, { signal, onEvent }: { signal: AbortSignal; onEvent: (event: InsideEvent) => void }) =>
  intrudersOf(runs.map(({ update }) => update), { layers, source, top, signal, progress: steps(onEvent, 'intruders', layers.length) });

function anglesOf(runs: OpenedRun[], layers: string[]): Inside['angles'] {
  return layers.flatMap((layer) =>
    runs.flatMap(({ update: one }, a) =>
      runs.slice(a + 1).flatMap(({ update: other }, k) => {
        const [x, y] = [one[`${layer}.weight`], other[`${layer}.weight`]];
        if (!x || !y) return [];
        const both = Math.sqrt(dot(x, x) * dot(y, y));
        return both > 0 ? [{ layer, a, b: a + 1 + k, cosine: dot(x, y) / both }] : [];
      }),
    ),
  );
}

/** The model's label for a class of a data set: the same name, or the name behind a slash (`cifar10/cat`). -1 when there is none. */
export const labelFor = (labels: readonly string[], name: string): number => {
  const exact = labels.indexOf(name);
  return exact >= 0 ? exact : labels.findIndex((label) => label.endsWith(`/${name}`));
};

/** True when the checkpoint's own head knows every class of a data set. */
export const knowsClasses = (labels: readonly string[], classes: readonly string[]): boolean => classes.length > 0 && classes.every((name) => labelFor(labels, name) >= 0);

/** Test images of a model's original task, with the labels of its own head, and the model as it looks at them. */
export interface OriginalTest {
  title: string;
  images: Split;
  classes: number;
  net: Model;
}

/** The original task at an image size, of at most `spec.images` images. Throws DataError where the head does not know its classes. */
export function originalTest({ id, net }: LoadedModel, size: number, data: Dataset, spec: { images: number; seed: number }): OriginalTest {
  if (!knowsClasses(net.labels, data.classes)) throw new DataError(`${id} has no head for the classes of ${data.title}, so it is not its original task.`);
  const chosen = pick(data.test, spec.images, spec.seed);
  const images = { ...subset(chosen, Array.from({ length: chosen.count }, (_, i) => i)), labels: Uint16Array.from(chosen.labels, (label) => labelFor(net.labels, defined(data.classes[label]))) };
  return { title: data.title, images, classes: data.classes.length, net: size === net.image_size ? net : net.with({ image_size: size }) };
}

/** The checkpoint's own head on held-out images of its own task, before and after: what a run costs there. */
async function originalTask(device: Device, { model, original, feedOf }: InsideInput, runs: OpenedRun[], spec: InsideSpec, signal: AbortSignal, onEvent: (event: InsideEvent) => void): Promise<Inside['original']> {
  const { title, images, classes, net: own } = originalTest(model, defined(runs[0]).loaded.adapted.model.image_size, original!, spec);
  const counted = steps(onEvent, 'original', runs.length + 1);
  let before: Measured | null = null;
  const after: Measured[] = [];
  for (const { update, loaded } of runs) {
    // The backbone as the run left it, under the head that it had before.
    const backbone = Object.fromEntries(Object.entries(update).filter(([name]) => !loaded.adapted.trace.head.has(name)));
    const composed = await Composed.open(device, { model, feedOf, images: [images], net: own, updates: [backbone], batch: Math.min(BATCH, images.count) }, signal);
    try {
      const feed = composed.feed(images);
      if (!before) {
        await composed.at([0]);
        before = await composed.measure(feed, images.count, signal);
        counted();
      }
      await composed.at([1]);
      after.push(await composed.measure(feed, images.count, signal));
      counted();
    } finally {
      composed.destroy();
    }
  }
  return { data: title, images: images.count, classes, before: before!, after };
}
