import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { limited } from '../data/limit';
import type { Dataset, Split } from '../data/source';
import type { Device } from '../engine/device';
import { defined } from '../numbers/defined';
import { completeTrain } from '../train/config';
import { trainBatches } from '../train/feeds';
import { openModel, type LoadedModel } from '../train/openModel';
import { Plans } from '../train/plan';
import type { MethodConfig, RateSearch, RunEvent, TrainConfig } from '../train/protocol';
import { LOOKS_A_STEP } from '../train/pace.meta';
import { findRate } from '../train/findRate';
import { heldOf, heldShare, ladderRate, ownRate, RATE_SEED, trialTrain } from '../train/rates.meta';
import { Session } from '../train/session';
import { runSplits } from '../train/split';
import { UsageError } from './command';
import { modelTree, openData, writeWhole } from './files';
import { openHere, withDeviceFlag } from './gpu';

/**
 * Whole runs at every rate of the ladder, looked at on their way, of which any search for a rate can be replayed without training:
 * one file a task and method, that grows run by run.
 */

/** Contents of `study.json`. */
interface RateStudy {
  train: Partial<TrainConfig>;
  /** Points at which a run is looked at, in shares of its steps. */
  looks: number[];
  seeds: number[];
  methods: MethodConfig[];
  tasks: { name: string; model: string; data: string; train?: Partial<TrainConfig> }[];
}

/** A run at one rate. A loss that is null is of one that diverged. */
export interface RateRun {
  lr: number;
  seed: number;
  /** Loss of each training step, to three digits. */
  curve: number[];
  /** On the held-back pictures; `each` is the loss of every picture in sixteenths, a byte each, in base64. */
  looks: { step: number; loss: number | null; accuracy: number; each: string }[];
  test: { loss: number | null; accuracy: number; count: number };
}

/** Runs of one method on one task. */
export interface RateRuns {
  task: string;
  model: string;
  data: string;
  method: MethodConfig;
  train: TrainConfig;
  own: number;
  held: number;
  runs: RateRun[];
}

/** Classes of each of its tasks. */
const CLASSES = 10;
/** Folder of the study. */
export const RATES = 'benchmarks/rates';
/** Places of the ladder that are run on either side of a method's own rate, at first and at most. */
const REACH = 2;
const FURTHEST = 6;

const fileOf = (task: string, method: string): string => join(RATES, task.replace(/[^a-z0-9]+/g, '-'), `${method}.json`);

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, 'utf8')) as T;
}

const bytesOf = (losses: Float32Array): string => Buffer.from(Uint8Array.from(losses, (loss) => Math.min(255, Math.round(16 * loss)))).toString('base64');

/** The losses that `each` of a look holds. */
export const lossesOf = (each: string): Float32Array => Float32Array.from(Buffer.from(each, 'base64'), (byte) => byte / 16);

interface Opened {
  model: LoadedModel;
  data: Dataset;
  device: Device;
  plans: Plans;
}

/** The training images, and all that is held back, of which a search looks at as much as is worth it. */
function heldBack(data: Dataset, train: TrainConfig): { share: number; train: Split; follow: Split } {
  const { count } = limited(data.train, train.train_limit || Infinity, train.limit_rule);
  const share = heldShare(train, count);
  return { share, ...runSplits(data, { ...train, val_fraction: share, seed: RATE_SEED }) };
}

/** Trains at one rate to the end, looks at it on the way, and tests it. */
async function runAt({ model, data, device, plans }: Opened, { method, train }: RateRuns, looks: readonly number[], { lr, seed }: { lr: number; seed: number }): Promise<RateRun> {
  const { share, ...splits } = heldBack(data, train);
  const config = { ...trialTrain(train, { lr, steps: train.steps, share }), seed };
  const run: RateRun = { lr, seed, curve: [], looks: [], test: { loss: null, accuracy: 0, count: data.test.count } };
  let failure = '';
  const say = (event: RunEvent): void => {
    if (event.type === 'step') run.curve.push(Number(event.point.loss.toPrecision(4)));
    else if (event.type === 'evaluation') {
      const { step, split, loss, accuracy, count, losses } = event.evaluation;
      if (split === 'test') run.test = { loss, accuracy, count };
      else run.looks.push({ step, loss, accuracy, each: bytesOf(losses!) });
    } else if (event.type === 'failed' && event.error.kind !== 'diverged') failure = event.error.message;
  };
  const session = new Session({ spec: { id: 'r', name: 'r', model: '', data: '', method, train: config }, model, device, plans, classes: data.classes, batches: trainBatches(splits.train, model, config), splits: { ...splits, followIs: 'val', taken: 0, test: limited(data.test, train.test_limit || Infinity, train.limit_rule) }, trial: { looks: looks.map((part) => Math.round(part * train.steps)) } }, say);
  await session.run();
  if (failure) throw new Error(failure);
  return run;
}

/** The rates that are to be run with so many runs there: five around the method's own, and one more at an end of them where the best of all seeds lies there. */
function ratesOf(own: number, runs: readonly RateRun[], seeds: readonly number[]): number[] {
  let [from, to] = [-REACH, REACH];
  for (;;) {
    const places = Array.from({ length: to - from + 1 }, (_, i) => from + i);
    const means = places.map((place) => meanAccuracy(runs, ladderRate(own, place), seeds));
    const best = means.includes(NaN) ? NaN : Math.max(...means);
    if (means[0] === best && from > -FURTHEST) from--;
    else if (means.at(-1) === best && to < FURTHEST) to++;
    else return places.map((place) => ladderRate(own, place));
  }
}

/** Mean test accuracy at a rate over these seeds; NaN where one has not run. */
export function meanAccuracy(runs: readonly RateRun[], lr: number, seeds: readonly number[]): number {
  return seeds.reduce((sum, seed) => sum + (runs.find((run) => run.lr === lr && run.seed === seed)?.test.accuracy ?? NaN), 0) / seeds.length;
}

interface StudyOptions {
  models: string;
  data: string;
  only: string;
  seeds: number[];
}

/** Runs what has not been run, a seed of all methods after the other. */
async function record(study: RateStudy, { models, data: sets, only, seeds }: StudyOptions): Promise<null> {
  const found = (folder: string, name: string): string => (existsSync(join(folder, name)) ? join(folder, name) : name);
  for (const [i] of seeds.entries()) {
    for (const task of study.tasks) {
      const wanted = study.methods.filter(({ method }) => `${task.name}, ${method}`.includes(only));
      if (wanted.length === 0) continue;
      const [model, data] = [{ ...(await openModel(await modelTree(found(models, task.model)))), id: task.model }, await openData(found(sets, task.data))];
      for (const method of wanted) await recordCell(study, { task, model, data, method }, seeds.slice(0, i + 1));
    }
  }
  return null;
}

async function recordCell(study: RateStudy, { task, model, data, method }: { task: RateStudy['tasks'][0]; model: LoadedModel; data: Dataset; method: MethodConfig }, seeds: readonly number[]): Promise<void> {
  const path = fileOf(task.name, method.method);
  const train = completeTrain({ ...study.train, ...task.train });
  const cell: RateRuns = { task: task.name, model: task.model, data: task.data, method, train, own: ownRate(method.method), held: heldBack(data, train).follow.count, runs: existsSync(path) ? (await readJson<RateRuns>(path)).runs : [] };
  const plans = new Plans();
  for (;;) {
    const ladder = ratesOf(cell.own, cell.runs, seeds).flatMap((lr) => seeds.map((seed) => ({ lr, seed }))).find(({ lr, seed }) => !cell.runs.some((run) => run.lr === lr && run.seed === seed));
    const missing = ladder ?? (await askedFor(cell, seeds));
    if (!missing) return;
    const device = await openHere();
    const begun = performance.now();
    const run = await runAt({ model, data, device, plans }, cell, study.looks, missing).finally(() => device.destroy());
    cell.runs.push(run);
    await writeWhole(path, textOf(cell));
    console.log(`${task.name}  ${method.method}  seed ${run.seed}  rate ${run.lr}  ${run.looks.map(({ loss, accuracy }) => `${(loss ?? NaN).toFixed(2)} ${(100 * accuracy).toFixed(0)}`).join('  ')}  test ${(100 * run.test.accuracy).toFixed(1)} %  ${((performance.now() - begun) / 1000).toFixed(0)} s`);
  }
}

/** A line for each run. */
const textOf = ({ runs, ...cell }: RateRuns): string => `${JSON.stringify(cell).slice(0, -1)},"runs":[\n${runs.map((run) => JSON.stringify(run)).join(',\n')}\n]}\n`;

/** Pictures that a search of these runs looks at. */
const lookedAt = ({ held, train }: RateRuns): number => Math.min(held, heldOf({ ...train, val_fraction: 1 }, held, train.steps));

/** Result that a search with one seed would have had, without training. Throws MissingRun if it asks for a rate that has not run. */
async function replayed(cell: RateRuns, seed: number): Promise<RateSearch> {
  const [mine, held] = [cell.runs.filter((run) => run.seed === seed), lookedAt(cell)];
  const search = await findRate({ own: cell.own, total: cell.train.steps, held, chance: Math.log(CLASSES) }, (lr, step) => {
    const run = mine.find((one) => one.lr === lr);
    if (!run) throw new MissingRun(lr, seed);
    const look = run.looks.find((one) => one.step === step);
    if (!look) return Promise.resolve({ loss: NaN, accuracy: 0, losses: new Float32Array() });
    const all = lossesOf(look.each);
    const losses = Float32Array.from({ length: held }, (_, i) => defined(all[Math.floor((i * all.length) / held)]));
    return Promise.resolve({ loss: losses.reduce((sum, loss) => sum + loss, 0) / held, accuracy: look.accuracy, losses });
  });
  // Nobody stops it.
  return search!;
}

class MissingRun extends Error {
  constructor(
    readonly lr: number,
    readonly seed: number,
  ) {
    super(`there is no run at ${lr} with seed ${seed}`);
  }
}

/** The first run that a search asks for and that is not there. */
async function askedFor(cell: RateRuns, seeds: readonly number[]): Promise<{ lr: number; seed: number } | null> {
  for (const seed of seeds) {
    try {
      await replayed(cell, seed);
    } catch (error) {
      if (!(error instanceof MissingRun)) throw error;
      return error;
    }
  }
  return null;
}

/** A found rate beside the best of the ladder, over all seeds that have run there. */
interface Regret {
  runs: RateRuns;
  seed: number;
  search: RateSearch;
  /** Mean test accuracy at the found rate and at the best, 0 to 1. */
  found: number;
  best: number;
  bestRate: number;
  /** The same at the rate that who has trained every rate to its end with this seed takes: by the loss on held-back pictures, and by the test pictures themselves. */
  whole: { held: number; test: number };
  /** Cost of the search in whole runs: steps and looks at pictures, relative to a run and its test. */
  cost: number;
}

function regretOf(runs: RateRuns, seed: number, seeds: readonly number[], search: RateSearch): Regret {
  const rates = [...new Set(runs.runs.map(({ lr }) => lr))];
  const whole = rates.filter((lr) => !Number.isNaN(meanAccuracy(runs.runs, lr, seeds)));
  const bestRate = whole.reduce((best, lr) => (meanAccuracy(runs.runs, lr, seeds) > meanAccuracy(runs.runs, best, seeds) ? lr : best));
  const mine = runs.runs.filter((run) => run.seed === seed && whole.includes(run.lr));
  const by = (better: (one: RateRun, than: RateRun) => boolean) => meanAccuracy(runs.runs, mine.reduce((best, one) => (better(one, best) ? one : best)).lr, seeds);
  const end = ({ looks }: RateRun) => looks.at(-1)?.loss ?? Infinity;
  const byWhole = { held: by((one, than) => end(one) < end(than)), test: by((one, than) => one.test.accuracy > than.test.accuracy) };
  const { train } = runs;
  // A rate is looked at again further on alone.
  const furthest = new Map(search.trials.map(({ lr, steps }) => [lr, steps]));
  const look = (pictures: number) => pictures / (LOOKS_A_STEP * train.batch * train.accumulate);
  const trained = [...furthest.values()].reduce((sum, steps) => sum + steps, 0);
  const cost = (trained + search.trials.length * look(lookedAt(runs))) / (train.steps + look(defined(runs.runs[0]).test.count));
  return { runs, seed, search, found: meanAccuracy(runs.runs, search.lr, seeds), best: meanAccuracy(runs.runs, bestRate, seeds), bestRate, whole: byWhole, cost };
}

/** The table of regret over what is recorded. */
async function table(study: RateStudy, only: string): Promise<null> {
  const regrets: Regret[] = [];
  for (const task of study.tasks) {
    for (const { method } of study.methods.filter(({ method }) => `${task.name}, ${method}`.includes(only))) {
      const path = fileOf(task.name, method);
      if (!existsSync(path)) continue;
      const cell = await readJson<RateRuns>(path);
      const seeds = study.seeds.filter((seed) => cell.runs.filter((run) => run.seed === seed).length >= 2 * REACH + 1);
      for (const seed of seeds) {
        const search = await replayed(cell, seed).catch((error: unknown) => {
          if (error instanceof MissingRun) return error;
          throw error;
        });
        if (search instanceof MissingRun) console.log(`${task.name}, ${method}: ${search.message}`);
        else regrets.push(regretOf(cell, seed, seeds, search));
      }
    }
  }
  const points = (share: number) => (100 * share).toFixed(1);
  console.log('| task | method | seed of the search | found | test accuracy % | best rate | its accuracy % | regret | of whole runs, by held-back loss | by the test | cost in runs |\n|---|---|---|---|---|---|---|---|---|---|---|');
  for (const { runs, seed, search, found, best, bestRate, whole, cost } of regrets)
    console.log(`| ${runs.task} | ${runs.method.method} | ${seed} | ${search.lr} | ${points(found)} | ${bestRate} | ${points(best)} | ${points(best - found)} | ${points(best - whole.held)} | ${points(best - whole.test)} | ${cost.toFixed(2)} |`);
  if (regrets.length === 0) return null;
  const summary = (of: (one: Regret) => number): string => `mean regret ${points(regrets.reduce((sum, one) => sum + of(one), 0) / regrets.length)}, worst ${points(Math.max(...regrets.map(of)))}`;
  console.log(`\n${regrets.length} searches: ${summary(({ best, found }) => best - found)}; at most ${Math.max(...regrets.map(({ cost }) => cost)).toFixed(2)} whole runs`);
  console.log(`Every rate trained to its end with the seed of the search, by held-back loss: ${summary(({ best, whole }) => best - whole.held)}; by the test pictures: ${summary(({ best, whole }) => best - whole.test)}`);
  return null;
}

/** Records the study, or prints what searches would find on it. */
export async function main(argv: string[]): Promise<number> {
  const { values } = parseArgs({ args: argv, options: { models: { type: 'string', default: '.' }, data: { type: 'string', default: '.' }, only: { type: 'string', default: '' }, seeds: { type: 'string' }, device: { type: 'string', default: 'wasm' }, table: { type: 'boolean', default: false } } });
  const study = await readJson<RateStudy>(join(RATES, 'study.json'));
  if (values.table) return table(study, values.only).then(() => 0);
  const seeds = values.seeds === undefined ? study.seeds : values.seeds.split(',').map(Number);
  if (!seeds.every((seed) => study.seeds.includes(seed))) throw new UsageError(`--seeds is ${JSON.stringify(values.seeds)}; the study has ${study.seeds.join(', ')}`);
  const command = withDeviceFlag({ help: '', computes: true, flags: [], examples: [], run: () => record(study, { ...values, seeds }) });
  await command.run({ device: values.device }, () => {});
  return 0;
}
