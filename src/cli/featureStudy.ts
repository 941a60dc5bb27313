import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Adapted } from '../adapters/adapted';
import { solveBudget } from '../adapters/budget';
import { messageOf } from '../errors/errors';
import { writeSafetensors } from '../io/safetensors';
import type { Model } from '../models/model';
import { defined } from '../numbers/defined';
import { isAtChance } from '../records/chance.meta';
import { completeTrain } from '../train/config';
import { solveMatch, type Measure } from '../train/match';
import { openImageModel } from '../train/openModel';
import { stepWork } from '../train/plan';
import type { MethodConfig, TrainConfig } from '../train/protocol';
import { scoresOf } from '../train/scores.meta';
import { meanOf } from '../numbers/stats';
import { UsageError } from './command';
import { modelTree, openData, openTensors, writeAll, writeWhole } from './files';
import { withDeviceFlag } from './gpu';
import { trainOnce, type FinishedRun } from './train';

/** Runs every training feature once on a real model; the effect that each should have is written down before it runs. */

/** Result of a run, as far as effects show in it. */
interface Outcome {
  accuracy: number;
  balanced: number;
  /** Mean training loss of the last twenty steps, and the losses of the first five. */
  trained: number;
  first: number[];
  bytes: number;
  steps: number;
  parameters: number;
  atChance: boolean;
  /** Step of the weights that were kept. */
  kept: number;
  micro_batches?: number;
  /** Of a step, as a share of full fine-tuning's. */
  work?: number;
}

interface Feature {
  name: string;
  /** The effect that it should have, beside `against`. */
  effect: string;
  method?: MethodConfig;
  /** LoRA at the setting that is nearest to what RandLoRA r 4 has of this. */
  matched?: 'parameters' | Measure;
  train?: Partial<TrainConfig>;
  /** On classes of which every other has an eighth of its pictures. */
  skewed?: boolean;
  /** Its mean is of runs with these; one with seed 0 when left out. */
  seeds?: number[];
  against?: string;
  holds: (mine: Outcome, other: Outcome) => boolean;
}

/** Variation between single runs of the same settings here, from one order of rounding to another: points of accuracy. */
const NOISE = 0.1;
const BASE = 'LoRA r 16';
const near = (mine: Outcome, other: Outcome): boolean => Math.abs(mine.accuracy - other.accuracy) <= NOISE;
const notBelow = (mine: Outcome, other: Outcome): boolean => mine.accuracy >= other.accuracy - NOISE;
const startsAlike = (tolerance: number) => (mine: Outcome, other: Outcome): boolean => mine.first.every((loss, i) => Math.abs(loss - defined(other.first[i])) <= tolerance);
const both = (...all: Feature['holds'][]): Feature['holds'] => (mine, other) => all.every((holds) => holds(mine, other));
const smaller = (share: number) => (mine: Outcome, other: Outcome): boolean => mine.bytes <= share * other.bytes;

const settings: Partial<TrainConfig> = { steps: 100, batch: 16, head_lr: 1e-2, lr: 3e-3, image_size: 64, test_limit: 500, seed: 0 };
const lora = { method: 'lora', r: 16 };
const randlora = { method: 'randlora', r: 4 };
const alike = (of: (outcome: Outcome) => number) => (mine: Outcome, other: Outcome): boolean => Math.abs(of(mine) - of(other)) <= 0.1 * of(other);

const features: Feature[] = [
  { name: BASE, effect: 'learns: above 60 %', holds: ({ accuracy }) => accuracy > 0.6 },
  { name: 'early stopping', train: { early_stopping_patience: 4 }, effect: 'keeps the weights of the least validation loss; with a tenth fewer pictures no more than noise below', holds: both(notBelow, ({ kept, steps }) => kept <= steps) },
  { name: 'best weights', train: { val_fraction: 0.2, eval_every: 10 }, effect: 'keeps weights that validation chose; with a fifth fewer pictures no more than noise below', holds: notBelow },
  { name: 'averaged weights', train: { ema_decay: 0.9 }, effect: 'within noise; the same training losses', holds: both(near, startsAlike(1e-5)) },
  { name: 'mixup 0.2', train: { mixup_alpha: 0.2 }, effect: 'a larger training loss; no more than noise below', holds: both(notBelow, (mine, other) => mine.trained > other.trained) },
  { name: 'cutmix 1', train: { cutmix_alpha: 1 }, effect: 'a much larger training loss', holds: (mine, other) => mine.trained > 1.5 * other.trained },
  { name: 'skewed classes, three seeds', skewed: true, seeds: [0, 1, 2], effect: 'a lower balanced accuracy than with all pictures', holds: (mine, other) => mine.balanced < other.balanced },
  { name: 'skewed classes, balanced weights, three seeds', skewed: true, seeds: [0, 1, 2], train: { class_weights: 'balanced' }, against: 'skewed classes, three seeds', effect: 'a higher balanced accuracy', holds: (mine, other) => mine.balanced > other.balanced },
  { name: 'layer decay 0.8', train: { layer_decay: 0.8 }, effect: 'within noise, or somewhat below', holds: (mine, other) => mine.accuracy > other.accuracy - 2 * NOISE && mine.trained !== other.trained },
  { name: 'layer decay 0.8 at twice the rate', train: { layer_decay: 0.8, lr: 6.5e-3 }, against: 'layer decay 0.8', effect: 'the lower blocks learn again: above the same decay at 3e-3', holds: (mine, other) => mine.accuracy > other.accuracy },
  { name: 'layer decay 0.2', train: { layer_decay: 0.2 }, effect: 'the last blocks learn alone: clearly below', holds: (mine, other) => mine.accuracy < other.accuracy - NOISE / 2 && !mine.atChance },
  { name: 'dropout 0.1', method: { ...lora, lora_dropout: 0.1 }, effect: 'within noise', holds: near },
  { name: 'dropout 0.5', method: { ...lora, lora_dropout: 0.5 }, effect: 'a larger training loss', holds: (mine, other) => mine.trained > other.trained },
  { name: 'label smoothing 0.1', train: { label_smoothing: 0.1 }, effect: 'a larger training loss; within noise', holds: both(near, (mine, other) => mine.trained > other.trained) },
  { name: '16 shots', train: { shots: 16 }, effect: 'a tenth of the pictures: clearly below', holds: (mine, other) => mine.accuracy < other.accuracy - NOISE / 2 && !mine.atChance },
  { name: 'two batches of 8', train: { batch: 8, accumulate: 2 }, effect: 'the same losses up to rounding; less memory', holds: both(startsAlike(1e-3), smaller(0.9)) },
  { name: 'micro-batches', train: { memory_limit: 60 }, effect: 'the same losses up to rounding, in at most 60 MiB', holds: both(startsAlike(1e-3), ({ bytes, micro_batches }) => bytes <= 60 * 2 ** 20 && micro_batches !== undefined) },
  { name: 'recomputed activations', train: { checkpoint_activations: true }, effect: 'the same losses up to rounding; less memory', holds: both(startsAlike(1e-3), smaller(0.9)) },
  { name: 'frozen weights in f16', train: { frozen_dtype: 'f16' }, effect: 'nearly the same losses; less memory', holds: both(startsAlike(2e-2), smaller(0.97)) },
  { name: 'frozen weights in q8', train: { frozen_dtype: 'q8' }, effect: 'within noise; less memory than f16', against: 'frozen weights in f16', holds: both(near, smaller(0.99)) },
  { name: 'frozen weights in nf4', train: { frozen_dtype: 'nf4' }, effect: 'within twice the noise; less memory than q8', against: 'frozen weights in q8', holds: both((mine, other) => mine.accuracy > other.accuracy - 2 * NOISE, smaller(0.99)) },
  { name: 'RandLoRA r 4', method: randlora, train: { lr: 1e-3 }, effect: 'learns: above 50 %', holds: ({ accuracy }) => accuracy > 0.5 },
  { name: 'LoRA of as many parameters', matched: 'parameters', against: 'RandLoRA r 4', effect: 'within 10 % of its adapter parameters; within twice the noise', holds: both(alike(({ parameters }) => parameters), (mine, other) => Math.abs(mine.accuracy - other.accuracy) <= 2 * NOISE) },
  { name: 'LoRA of as much memory', matched: 'memory', against: 'RandLoRA r 4', effect: 'within 10 % of its bytes; no more than noise below', holds: both(alike(({ bytes }) => bytes), notBelow) },
  { name: 'LoRA of as much work', matched: 'time', against: 'RandLoRA r 4', effect: 'within 10 % of its multiply-adds; no more than noise below', holds: both(alike(({ work }) => work ?? NaN), notBelow) },
  { name: 'LoRA of as much work, at a tenth of the rate', matched: 'time', train: { lr: 3e-4 }, against: 'RandLoRA r 4', effect: 'a rank so large learns at a smaller rate: no more than noise below', holds: notBelow },
];

const RESULTS = 'benchmarks/features/results.json';

async function outcomes(): Promise<Record<string, Outcome>> {
  return existsSync(RESULTS) ? (JSON.parse(await readFile(RESULTS, 'utf8')) as Record<string, Outcome>) : {};
}

function outcomeOf({ summary, curve, evaluations }: FinishedRun): Outcome {
  const final = summary.final!;
  const { plan } = summary;
  return {
    accuracy: final.accuracy,
    balanced: scoresOf(final)?.balanced_accuracy ?? NaN,
    trained: meanOf(curve.slice(-20).map(({ loss }) => loss))!.mean,
    first: curve.slice(0, 5).map(({ loss }) => loss),
    bytes: plan.total_bytes,
    steps: summary.steps,
    parameters: plan.adapter_parameters,
    atChance: isAtChance(final),
    kept: summary.best?.step ?? evaluations.at(-1)?.step ?? summary.steps,
    ...(plan.micro_batches && { micro_batches: plan.micro_batches.count }),
  };
}

/** The set without seven of eight pictures of every other class, in a folder of its own. */
async function skewed(folder: string): Promise<string> {
  const [to, train] = [await mkdtemp(join(tmpdir(), 'fullrank-skewed-')), await openTensors(join(folder, 'train.safetensors'))];
  const { shape } = train.info('images');
  const [labels, pixels] = [await train.readF32('labels'), await train.readF32('images')];
  const seen = new Map<number, number>();
  const kept = Array.from(labels.keys()).filter((i) => {
    const label = defined(labels[i]);
    seen.set(label, (seen.get(label) ?? 0) + 1);
    return label % 2 === 0 || defined(seen.get(label)) % 8 === 1;
  });
  const each = pixels.length / labels.length;
  const images = new Uint8Array(kept.length * each);
  kept.forEach((i, at) => images.set(pixels.subarray(i * each, (i + 1) * each), at * each));
  const bytes = writeSafetensors({ images: { dtype: 'U8', shape: [kept.length, ...shape.slice(1)], data: images }, labels: { dtype: 'U8', shape: [kept.length], data: Uint8Array.from(kept, (i) => defined(labels[i])) } });
  const about = JSON.parse(await readFile(join(folder, 'dataset.json'), 'utf8')) as object;
  // The counts of splits are left out.
  await writeAll(to, [{ path: 'dataset.json', bytes: JSON.stringify({ ...about, splits: undefined }) }, { path: 'train.safetensors', bytes }, { path: 'test.safetensors', bytes: new Uint8Array(await readFile(join(folder, 'test.safetensors'))) }]);
  return to;
}

/** LoRA at the setting that comes nearest to RandLoRA r 4. */
async function matchedLora(net: Model, by: 'parameters' | Measure): Promise<MethodConfig> {
  const targets = net.default_target_modules;
  const rows = by === 'parameters' ? solveBudget(net, null, new Adapted(net, randlora).counts().adapter_parameters, undefined, ['lora']) : (await solveMatch({ model: net, target_modules: targets, by, amount: 0, reference: randlora, train: completeTrain(settings), only: ['lora'] })).rows;
  return defined(rows.find(({ method }) => method === 'lora')?.config ?? undefined);
}

async function record({ model, data, only }: { model: string; data: string; only: string }): Promise<null> {
  const found = await outcomes();
  const net = (await openImageModel(await modelTree(model))).net.with({ labels: (await openData(data)).classes, image_size: settings.image_size! });
  for (const { name, train, ...feature } of features.filter((one) => one.name.includes(only) && !found[one.name])) {
    const set = feature.skewed ? await skewed(data) : data;
    try {
      const method = feature.method ?? (feature.matched ? await matchedLora(net, feature.matched) : lora);
      const work = stepWork(new Adapted(net, method), completeTrain({ ...settings, ...train }));
      const runs: Outcome[] = [];
      for (const seed of feature.seeds ?? [0]) runs.push(outcomeOf(await trainOnce({ model, data: set, method, train: { ...settings, ...train, seed }, say: () => {} })));
      const mean = (name: 'accuracy' | 'balanced' | 'trained') => meanOf(runs.map((one) => one[name]))!.mean;
      found[name] = { ...defined(runs[0]), accuracy: mean('accuracy'), balanced: mean('balanced'), trained: mean('trained'), work };
    } catch (error) {
      console.log(`${name}: ${messageOf(error)}`);
      continue;
    } finally {
      if (set !== data) await rm(set, { recursive: true });
    }
    // Another process may have written meanwhile.
    await writeWhole(RESULTS, `${JSON.stringify({ ...(await outcomes()), [name]: found[name] }, null, 1)}\n`);
    console.log(`${name}: ${(100 * found[name].accuracy).toFixed(1)} %`);
  }
  return null;
}

async function table(): Promise<void> {
  const found = await outcomes();
  console.log('| feature | effect that it should have | test accuracy % | balanced % | training loss at the end | MiB | as it should |\n|---|---|---|---|---|---|---|');
  for (const { name, effect, against = BASE, holds } of features) {
    const [mine, other] = [found[name], found[against]];
    if (!mine || !other) continue;
    console.log(`| ${[name, effect, (100 * mine.accuracy).toFixed(1), (100 * mine.balanced).toFixed(1), mine.trained.toFixed(3), (mine.bytes / 2 ** 20).toFixed(1), holds(mine, other) ? 'yes' : '**no**'].join(' | ')} |`);
  }
}

/** Runs what has not been run, or prints what is there. */
export async function main(argv: string[]): Promise<number> {
  const { values } = parseArgs({ args: argv, options: { model: { type: 'string' }, data: { type: 'string' }, only: { type: 'string', default: '' }, device: { type: 'string', default: 'wasm' }, table: { type: 'boolean', default: false } } });
  if (values.table) return table().then(() => 0);
  const { model, data, only } = values;
  if (!model || !data) throw new UsageError('give --model and --data, or --table');
  await withDeviceFlag({ help: '', computes: true, flags: [], examples: [], run: () => record({ model, data, only }) }).run({ device: values.device }, () => {});
  return 0;
}
