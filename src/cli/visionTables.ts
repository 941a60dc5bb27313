import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import type { ImageList } from '../data/images';
import { limitedIndices } from '../data/limit';
import type { Split } from '../data/source';
import { nameOf, subset } from '../data/split';
import { cut } from '../errors/text';
import { defined } from '../numbers/defined';
import { meanOf } from '../numbers/stats';
import { settingKey } from '../records/fair.meta';
import { mainText, methodFields } from '../adapters/fields';
import { readResult } from '../records/study';
import { rightOfEach } from '../train/answers.meta';
import { keptTrain, learningRates } from '../train/config';
import { headFeatures, type SeenPictures } from '../train/headFeatures';
import { openModel } from '../train/openModel';
import type { MethodConfig, RunRecord } from '../train/protocol';
import { hasRate } from '../train/rates.meta';
import { runSplits } from '../train/split';
import { UsageError } from './command';
import { cells, rowsOf } from './compare';
import { openForEvaluation } from './evaluator';
import { modelTree, openData, writeWhole } from './files';
import { withDeviceFlag, withDevice } from './gpu';
import { resultsIn } from './runFolders';

/**
 * What the results of a study of the vision benchmark say besides accuracy: which test pictures two methods answer differently, what
 * the mean of their probabilities gains, and what their features still tell of other pictures. A file for each run; the documentation
 * has the tables.
 */

/** Pictures of another kind, of which nobody trained anything: an index, and those that are looked up in it. */
const OTHER = { data: 'public/data/fashion-mnist', index: 500, asked: 500, neighbours: 10 };
const PRETRAINED = 'pretrained';
/** Adapter parameters at which methods are compared: about a tenth of the model. */
export const BUDGET = 590_000;

/** Contents of `measured/NAME.json`. */
interface MeasuredRun {
  /** Probabilities of each test picture's classes in 255ths, a byte each, in base64; none of the pretrained model. */
  probabilities?: string;
  /** Share of other pictures whose class most of their nearest neighbours have, by the features that the head reads. */
  neighbours: number;
}

interface Run {
  name: string;
  run: RunRecord;
}

const measuredPath = (folder: string, name: string): string => join(folder, 'measured', `${name.replaceAll('/', '--')}.json`);
const listOf = (split: Split): ImageList => ({ count: split.count, name: (i) => nameOf(split, i), image: (i) => split.image(i) });

/** The folder `--study` of a study, its finished runs in the order of their names. */
async function runsOf(folder: string): Promise<Run[]> {
  if (!existsSync(join(folder, 'study.json'))) throw new UsageError(`--study: ${cut(folder)} holds no study.json`);
  return (await resultsIn(folder)).filter(({ success }) => success);
}

/** Measures every run of these seeds, or of all, whose adapter is here and that was not measured yet. */
async function measure(folder: string, seeds: readonly number[]): Promise<null> {
  const runs = (await runsOf(folder)).filter((run) => seeds.length === 0 || seeds.includes(seedOf(run)));
  const { spec } = defined(runs[0]).run;
  const [data, other, loaded] = [await openData(spec.data), await openData(OTHER.data), await openModel(await modelTree(spec.model))];
  const [index, asked] = ([[other.train, OTHER.index], [other.test, OTHER.asked]] as const).map(([split, most]) => subset(split, limitedIndices(split.labels, most, 'stratified'))) as [Split, Split];
  const { test } = runSplits(data, keptTrain(spec.train));
  await withDevice(async (device) => {
    for (const name of [PRETRAINED, ...runs.map(({ name }) => name)]) {
      const [adapter, path] = [join(folder, 'adapters', name), measuredPath(folder, name)];
      if (existsSync(path) || (name !== PRETRAINED && !existsSync(adapter))) continue;
      const opened = await openForEvaluation({ model: spec.model, image_size: String(spec.train.image_size), ...(name !== PRETRAINED && { adapter }) }, () => {}, loaded);
      const see = (split: Split): Promise<SeenPictures> => headFeatures(device, opened, listOf(split));
      const neighbours = nearest(await see(index), index, await see(asked), asked);
      const made: MeasuredRun = { ...(name !== PRETRAINED && { probabilities: packed((await see(test)).probabilities) }), neighbours };
      await writeWhole(path, `${JSON.stringify(made)}\n`);
      console.log(`${name}: ${(100 * neighbours).toFixed(1)} %`);
    }
  });
  return null;
}

const packed = (rows: readonly Float64Array[]): string => Buffer.from(rows.flatMap((row) => Array.from(row, (p) => Math.round(255 * p)))).toString('base64');

/** Share of `asked` whose class is the one that most of its nearest pictures of `index` have, by the cosine of their features; of equally many, the class of the nearest. */
function nearest(known: SeenPictures, index: Split, seen: SeenPictures, asked: Split): number {
  const [a, b] = [unit(known), unit(seen)];
  const right = b.filter((row, i) => {
    const near = a.map((other, j) => ({ label: defined(index.labels[j]), cosine: row.reduce((sum, v, k) => sum + v * defined(other[k]), 0) })).sort((one, two) => two.cosine - one.cosine).slice(0, OTHER.neighbours);
    const votes = new Map<number, number>();
    for (const { label } of near) votes.set(label, (votes.get(label) ?? 0) + 1);
    const most = Math.max(...votes.values());
    return near.find(({ label }) => votes.get(label) === most)!.label === asked.labels[i];
  });
  return right.length / asked.count;
}

function unit({ rows: { count, width, values } }: SeenPictures): Float32Array[] {
  return Array.from({ length: count }, (_, i) => {
    const row = values.slice(i * width, (i + 1) * width);
    const length = Math.hypot(...row);
    return row.map((v) => v / length);
  });
}

/** One setting over its seeds. */
interface Setting {
  name: string;
  parameters: number;
  runs: Run[];
}

const titleOf = ({ method }: MethodConfig): string => defined(methodFields[method]).title;
const points = (share: number): string => (100 * share).toFixed(1);
const between = (values: readonly number[], digits = 1): string => {
  const mean = meanOf(values);
  return mean ? `${mean.mean.toFixed(digits)}${mean.interval === null ? '' : ` ± ${mean.interval.toFixed(digits)}`}` : '–';
};
const line = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [line(head), line(head.map(() => '---')), ...rows.map(line)];

function settingsOf(runs: readonly Run[]): Setting[] {
  const found = new Map<string, Run[]>();
  for (const one of runs) {
    const key = settingKey(one.run.spec);
    found.set(key, [...(found.get(key) ?? []), one]);
  }
  return [...found.values()].map((same) => {
    const { spec, summary } = defined(same[0]).run;
    return { name: [titleOf(spec.method), mainText(spec.method, String)].filter(Boolean).join(' '), parameters: summary!.plan.adapter_parameters, runs: same };
  });
}

const accuracyOf = ({ run }: Run): number => run.summary!.final!.accuracy;
const seedOf = ({ run }: Run): number => run.spec.train.seed;

/** Of each method one setting: that nearest to so many adapter parameters. */
function atBudget(settings: readonly Setting[], budget: number): Setting[] {
  const distance = ({ parameters }: Setting) => Math.abs(Math.log(Math.max(1, parameters) / budget));
  const method = ({ runs }: Setting) => defined(runs[0]).run.spec.method.method;
  return settings.filter((one) => settings.every((other) => method(other) !== method(one) || distance(other) >= distance(one)));
}

/** Place of each setting among the others, on the seeds that all have: 1 is the best, equal ones share theirs. */
function ranksOf(settings: readonly Setting[]): Map<Setting, number[]> {
  const seeds = settings.map(({ runs }) => runs.map(seedOf)).reduce((all, own) => all.filter((seed) => own.includes(seed)));
  const at = (setting: Setting, seed: number) => accuracyOf(setting.runs.find((run) => seedOf(run) === seed)!);
  return new Map(settings.map((one) => [one, seeds.map((seed) => 1 + settings.filter((other) => at(other, seed) > at(one, seed)).length + settings.filter((other) => other !== one && at(other, seed) === at(one, seed)).length / 2)]));
}

/** Pairs of runs of two settings with one seed. */
const pairsOf = (a: Setting, b: Setting): [Run, Run][] => a.runs.flatMap((one) => b.runs.filter((other) => seedOf(other) === seedOf(one)).map((other): [Run, Run] => [one, other]));

/** Of the pictures that the first gets right, how many the second does not, in percent of all pictures; over pairs of one seed. */
const onlyFirst = (a: Setting, b: Setting): number => mean(pairsOf(a, b).map(([one, other]) => {
  const [right, also] = [rightOfEach(one.run.summary!.final!)!, rightOfEach(other.run.summary!.final!)!];
  return right.filter((is, i) => is && !also[i]).length / right.length;
}));
const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** Accuracy of the mean of the probabilities of two runs. */
function together(a: Uint8Array, b: Uint8Array, labels: ArrayLike<number>, classes: number): number {
  let right = 0;
  for (let i = 0; i < labels.length; i++) {
    let best = 0;
    for (let k = 1; k < classes; k++) if (defined(a[i * classes + k]) + defined(b[i * classes + k]) > defined(a[i * classes + best]) + defined(b[i * classes + best])) best = k;
    if (best === labels[i]) right++;
  }
  return right / labels.length;
}

/** Table of the README: one setting of each method at `BUDGET`, the least accurate first. */
export async function readmeTable(folder: string): Promise<string[]> {
  const chosen = atBudget(settingsOf(await runsOf(folder)), BUDGET).sort((a, b) => mean(a.runs.map(accuracyOf)) - mean(b.runs.map(accuracyOf)));
  const seeds = Math.min(...chosen.map(({ runs }) => runs.length));
  return tableOf(['method', 'adapter parameters', `test accuracy %, mean of ${seeds} seeds ± 95 % interval`], chosen.map(({ name, parameters, runs }) => [name, parameters.toLocaleString('en'), between(runs.map((run) => 100 * accuracyOf(run)))]));
}

/** Markdown tables of a study, by their names, of methods at `budget` adapter parameters. */
export async function visionTables(folder: string, budget: number): Promise<Record<'accuracy' | 'ranks' | 'disagreement' | 'ensembles' | 'forgetting' | 'pytorch', string[]>> {
  const runs = await runsOf(folder);
  const settings = settingsOf(runs);
  const rows = rowsOf(runs.map(({ run }) => run));
  const accuracy = cells(rows).map((row, i) => {
    const text = row.map((cell) => (cell === '-' ? '–' : cell.toLocaleString('en')));
    return [...text.slice(0, 3), rateOf(settings, defined(rows[i]).config), ...text.slice(3, 6)];
  });
  const chosen = atBudget(settings, budget).sort((a, b) => mean(b.runs.map(accuracyOf)) - mean(a.runs.map(accuracyOf)));
  const ranks = ranksOf(chosen);
  const measured = new Map(await Promise.all(runs.filter(({ name }) => existsSync(measuredPath(folder, name))).map(async ({ name }) => [name, JSON.parse(await readFile(measuredPath(folder, name), 'utf8')) as MeasuredRun] as const)));
  return {
    accuracy: tableOf(['method', 'setting', 'adapter parameters', 'learning rate', 'test accuracy, %', '95 % interval', 'MiB'], accuracy),
    ranks: tableOf(['method', 'setting', 'mean rank', 'test accuracy, %'], chosen.map((one) => [...split(one), between(defined(ranks.get(one))), between(one.runs.map((run) => 100 * accuracyOf(run)))]).sort((a, b) => Number.parseFloat(defined(a[2])) - Number.parseFloat(defined(b[2])))),
    disagreement: tableOf(['right, where the other is not', ...chosen.map(({ name }) => name)], chosen.map((one) => [one.name, ...chosen.map((other) => (one === other ? '' : points(onlyFirst(one, other))))])),
    ensembles: await ensembles(chosen, measured),
    forgetting: await forgetting(folder, chosen, measured),
    pytorch: await repeated(folder, runs),
  };
}

/** Learning rate that was found for a setting; a dash for one that has none of its own. */
function rateOf(settings: readonly Setting[], config: MethodConfig): string {
  const { spec } = defined(settings.find(({ runs }) => isDeepStrictEqual(defined(runs[0]).run.spec.method, config))?.runs[0]).run;
  return hasRate(spec.method.method, spec.train) ? String(Number(learningRates(spec.method, spec.train).lr.toPrecision(3))) : '–';
}
const split = ({ runs }: Setting): [string, string] => {
  const { method } = defined(runs[0]).run.spec;
  return [titleOf(method), mainText(method, String) || '–'];
};

/** The pairs whose mean gains most over the better of the two, with each one beside another seed of itself. */
async function ensembles(chosen: readonly Setting[], measured: ReadonlyMap<string, MeasuredRun>): Promise<string[]> {
  const have = chosen.map((one) => ({ ...one, runs: one.runs.filter(({ name }) => measured.has(name)) })).filter(({ runs }) => runs.length > 0);
  if (have.length === 0) return [];
  const { spec, classes } = defined(defined(have[0]).runs[0]).run;
  const { labels } = runSplits(await openData(spec.data), keptTrain(spec.train)).test;
  const bytes = new Map([...measured].flatMap(([name, { probabilities }]) => (probabilities ? [[name, Buffer.from(probabilities, 'base64')] as const] : [])));
  const both = (a: Run, b: Run) => together(bytes.get(a.name)!, bytes.get(b.name)!, labels, classes!.length);
  const found = have.flatMap((a, i) => have.slice(i).map((b) => {
    const pairs = a === b ? a.runs.slice(1).map((run, k): [Run, Run] => [defined(a.runs[k]), run]) : pairsOf(a, b);
    const gains = pairs.map(([one, other]) => 100 * (both(one, other) - Math.max(accuracyOf(one), accuracyOf(other))));
    return { name: a === b ? `${a.name}, two seeds` : `${a.name}, ${b.name}`, gains, accuracy: pairs.map(([one, other]) => 100 * both(one, other)) };
  })).filter(({ gains }) => gains.length > 0).sort((a, b) => mean(b.accuracy) - mean(a.accuracy));
  const same = found.filter(({ name }) => name.endsWith('two seeds'));
  const shown = [...found.slice(0, 8), ...same.slice(0, 4)].filter((one, i, all) => all.indexOf(one) === i);
  return tableOf(['mean of the probabilities of', 'test accuracy, %', 'over the better of the two, points'], shown.map(({ name, gains, accuracy }) => [name, between(accuracy), between(gains)]));
}

/** What the features tell of other pictures. */
async function forgetting(folder: string, chosen: readonly Setting[], measured: ReadonlyMap<string, MeasuredRun>): Promise<string[]> {
  const path = measuredPath(folder, PRETRAINED);
  if (!existsSync(path)) return [];
  const before = (JSON.parse(await readFile(path, 'utf8')) as MeasuredRun).neighbours;
  const rows = chosen.map((one) => ({ one, after: one.runs.flatMap(({ name }) => measured.get(name)?.neighbours ?? []) })).filter(({ after }) => after.length > 0).sort((a, b) => mean(b.after) - mean(a.after));
  return tableOf(['method', 'setting', 'before, %', 'after, %', 'change, points'], rows.map(({ one, after }) => [...split(one), points(before), between(after.map((v) => 100 * v)), between(after.map((v) => 100 * (v - before)))]));
}

/** Steps over which rounding has not grown yet. */
const EARLY = 5;

/** Runs that PyTorch repeated on the same pictures, in their order and from the same start, as `study export` writes them. */
async function repeated(folder: string, runs: readonly Run[]): Promise<string[]> {
  const root = join(folder, 'pytorch');
  const files = existsSync(root) ? (await readdir(root)).sort() : [];
  const rows = await Promise.all(files.map(async (file) => {
    const { name, run: theirs } = readResult(await readFile(join(root, file), 'utf8'), join(root, file));
    const { run: ours } = runs.find((one) => one.name === name)!;
    const apart = ours.curve.map(({ loss }, i) => Math.abs(loss - defined(theirs.curve[i]).loss));
    const percent = ({ summary }: RunRecord) => points(summary!.final!.accuracy);
    return [titleOf(ours.spec.method), mainText(ours.spec.method, String) || '–', percent(ours), percent(theirs), Math.max(...apart.slice(0, EARLY)).toExponential(0), mean(apart).toFixed(3)];
  }));
  return rows.length === 0 ? [] : tableOf(['method', 'setting', 'test accuracy here, %', 'in PyTorch, %', `most that losses of steps 1 to ${EARLY} differ`, 'mean difference of all 100'], rows);
}

/** Entry of `npm run vision`. */
export async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { seeds: { type: 'string', default: '' }, study: { type: 'string', default: 'benchmarks/vision/hand-signs-sizes' }, table: { type: 'boolean', default: false }, device: { type: 'string', default: 'wasm' } } });
  if (!values.table) {
    await withDeviceFlag({ help: '', computes: true, flags: [], examples: [], run: () => measure(values.study, values.seeds.split(',').filter(Boolean).map(Number)) }).run({ device: values.device }, () => {});
    return 0;
  }
  for (const [name, lines] of Object.entries(await visionTables(values.study, BUDGET))) console.log(`<!-- ${name} -->\n\n${lines.join('\n')}\n`);
  console.log(`<!-- readme -->\n\n${(await readmeTable(values.study)).join('\n')}\n`);
  return 0;
}
