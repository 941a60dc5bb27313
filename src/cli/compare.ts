import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import { ConfigError, mainText, methodFields, noMethod, onTargets } from '../adapters/fields';
import { messageOf } from '../errors/errors';
import { cut, quote } from '../errors/text';
import { byMost } from '../numbers/order';
import { budgetRows } from '../train/budget';
import { completeTrain, keptTrain, learningRates, MAX_WORK } from '../train/config';
import { settingKey } from '../records/fair.meta';
import { bundledData } from '../data/builtin';
import { isAtChance } from '../records/chance.meta';
import { endedEarly } from '../records/early.meta';
import { experiments, sharesAsLimits, type Experiment, type Grid } from '../records/paper.meta';
import { modelTitle } from '../models/builtin';
import type { Model } from '../models/model';
import type { Dataset } from '../data/source';
import { textTasks } from '../tasks/tasks.meta';
import { defined } from '../numbers/defined';
import type { MethodConfig, RunRecord, TextSettings, TrainConfig } from '../train/protocol';
import { differenceCells, differenceHeads, differencesNote, differencesOf, type Difference } from '../records/pairs.meta';
import { packRecording, type Recording } from '../records/recording.meta';
import { deviceOf, typicalSeconds } from '../records/runs';
import { measureOf, scoresOf, type Scores } from '../train/scores.meta';
import { meanOf } from '../numbers/stats';
import { manyFrom, table, UsageError, type Command, type Given } from './command';
import { runsIn } from './exportRuns';
import { writeWhole } from './files';
import { openSet, type OpenSet } from './openSet';
import { atFoundRate, isAuto, withoutAuto } from './rates';
import { trainOnce, type FinishedRun } from './train';

const settings = z.record(z.string(), z.unknown());
/** A grid of runs: methods x variants x seeds, at a budget or with given settings. */
const schema = z.strictObject({
  model: z.string({ error: 'give one, here or with --model' }),
  data: z.string({ error: 'give one, here or with --data' }),
  /** Adapter parameters that each method named by key should come near, or several amounts, of which each gives a setting; methods given with settings keep them. */
  budget: z.optional(z.union([z.int().check(z.gte(1)), z.array(z.int().check(z.gte(1))).check(z.minLength(1), z.maxLength(20))])),
  /** The most work that a method named by key may take for it, in shares of a step of full fine-tuning; 0 lifts it. */
  max_work: z._default(z.number().check(z.gte(0)), MAX_WORK),
  target_modules: z.optional(z.union([z.string(), z.array(z.string())])),
  /** Of a model of texts: how they are read, by the names of the flags of `train`. */
  text: z.optional(z.strictObject({ task: z.optional(z.enum(Object.keys(textTasks), { error: `it must be one of ${Object.keys(textTasks).join(', ')}` })), max_length: z.optional(z.int().check(z.gte(1))), columns: z.optional(z.strictObject({ text: z.optional(z.string()), pair: z.optional(z.string()), label: z.optional(z.string()) })), prompt: z.optional(z.string()), answer: z.optional(z.string()), choices: z.optional(z.string()) })),
  methods: z.array(z.union([z.string(), z.looseObject({ method: z.string() })])).check(z.minLength(1), z.maxLength(100)),
  seeds: z._default(z.array(z.int()).check(z.minLength(1), z.maxLength(100)), [0]),
  train: z._default(settings, {}),
  /** Training settings that the grid goes over besides, e.g. { "shots": 1 } and { "shots": 4 }. */
  variants: z._default(z.array(settings).check(z.minLength(1), z.maxLength(100)), [{}]),
  /** Training settings of single methods, e.g. their learning rates. */
  train_by_method: z._default(z.record(z.string(), settings), {}),
});
export type Spec = z.output<typeof schema>;

/** One row of the comparison: a method with its settings over all seeds. */
export interface CompareRow {
  method: string;
  config: MethodConfig;
  adapter_parameters: number;
  /** An estimate of a step's work in shares of full fine-tuning's; null in runs of before it was planned. */
  work: number | null;
  total_bytes: number;
  /** Peak learning rate, given or found. */
  lr: number;
  /** Test top-1 of each seed, 0 to 1, of texts that are gone on with the share of their tokens; Pearson's correlation where numbers are told. */
  accuracy: number[];
  mean: number;
  /** Half width of the 95 % interval of the mean over seeds (Student's t); null with fewer than three seeds. */
  interval: number | null;
  /** Means over the seeds, 0 to 1; null where no confusion matrix was kept. */
  balanced_accuracy: number | null;
  macro_f1: number | null;
  /** It was measured on texts. */
  texts?: true;
  /** Means over the seeds of what the task measures besides, by the names of `tasks/metrics.meta.ts`; absent of pictures. */
  scores?: Record<string, number>;
  /** Median step times the steps, the first, which compiles kernels, aside; the mean over seeds. NaN of single steps, and where several devices were at work. */
  seconds: number;
  /** Time and memory by device, which alone are compared. */
  devices: { device: string; runs: number; seconds: number; total_bytes: number }[];
  /** Its difference from the row with the highest mean, which has none, paired as far as the runs allow. */
  to_best?: Difference;
  /** Steps of each seed that were done, where early stopping ended one of them before its last. */
  stopped_early?: number[];
  /** Reasons for a missed budget, runs at chance, and runs that ended early. */
  note: string;
}

export const command: Command = {
  help: 'trains a grid of methods and seeds and tabulates test accuracy; the same command goes on where it was stopped',
  examples: ['--spec paper/figure-1/small --out runs', '--runs runs'],
  computes: true,
  flags: [
    { name: 'spec', kind: 'text', value: 'FILE.json|paper/NAME', help: `The grid: model, data, methods, and optionally budget, max_work, target_modules, seeds, train, variants, train_by_method. Or an experiment of the RandLoRA paper, paper/NAME, or paper/NAME/small for what one processor finishes: ${Object.keys(experiments).join(', ')}.` },
    { name: 'model', kind: 'text', value: 'NAME|FOLDER', help: 'Instead of the model of the --spec.' },
    { name: 'data', kind: 'text', value: 'NAME|FOLDER', help: 'Instead of the data of the --spec; an experiment of the paper in full needs it.' },
    { name: 'out', kind: 'text', value: 'FOLDER', writes: 'filled', help: 'Folder to write: one folder per run, and compare.json; finished runs found there are not trained again.' },
    { name: 'lr', kind: 'text', value: 'auto', help: 'Instead of the learning rates of the --spec: each method\'s is found by trials on training pictures that are held back, once for all seeds. "lr": "auto" in train or train_by_method does the same.' },
    { name: 'max_work', kind: 'number', help: `With a budget: the most work per step that a method may take, as a share of full fine-tuning's; 0 means no limit. Overrides max_work of the spec, which is ${MAX_WORK} by default.` },
    { name: 'runs', kind: 'text', value: 'A B ...', many: true, help: 'Instead of --spec and --out: tabulates finished runs, from folders of runs, studies, files of runs, or a project written by the command line.' },
    { name: 'record', kind: 'text', value: 'FILE.json', writes: 'file', help: 'Also writes all runs into one compact file, like the one that the page shows before anything is trained.' },
    { name: 'settings', kind: 'text', value: 'A B ...', many: true, help: 'With --runs and --record: the settings that are recorded, in this order and with their curves, as experiments of a study are called: full lora/r-8. All settings when left out, by their results alone.' },
    { name: 'busy', kind: 'boolean', help: 'With --record: says that the machine had other work meanwhile, so that the page compares no seconds of these runs.' },
  ],
  async run(given, say) {
    if (given.runs !== undefined) {
      const runs = (await Promise.all(manyFrom(given, 'runs').map(runsIn))).flat();
      const rows = rowsOf(runs);
      tell(rows, say);
      tellDifferences(rows, say);
      tellNotes(rows, say);
      if (given.record !== undefined) await writeWhole(String(given.record), JSON.stringify(recordingOf(runs, given)));
      return { rows };
    }
    if (given.settings !== undefined) throw new UsageError('--settings is of --runs: of a grid all settings are recorded');
    const missing = ['spec', 'out'].filter((name) => given[name] === undefined);
    if (missing.length) throw new UsageError(`give --spec and --out, or --runs (missing: ${missing.map((name) => `--${name}`).join(', ')})`);
    const max_work = given.max_work === undefined ? undefined : Number(given.max_work);
    if (max_work !== undefined && !(max_work >= 0)) throw new UsageError(`--max-work is ${JSON.stringify(given.max_work)}; it must be a number from 0 on`);
    if (given.lr !== undefined && given.lr !== 'auto') throw new UsageError(`--lr is ${JSON.stringify(given.lr)}; it can only be auto, and rates stand in the --spec`);
    const other = Object.fromEntries((['model', 'data'] as const).flatMap((name) => (given[name] === undefined ? [] : [[name, String(given[name])]])));
    return compare(String(given.spec), String(given.out), say, { ...other, ...(given.record !== undefined && { record: String(given.record), busy: given.busy === true }), ...(max_work !== undefined && { max_work }), findRates: given.lr === 'auto' });
  },
};

/** A bundled set as the page calls it. */
const dataTitle = (data: string, otherwise = data): string => bundledData.find(({ id }) => id === data)?.title ?? otherwise;

/** Recording of finished runs: of the settings that --settings names, or the results of all. Throws UsageError where runs are of several models or data sets, or a setting is not there. */
function recordingOf(runs: readonly RunRecord[], given: Given): Recording {
  const finished = runs.filter(({ summary }) => summary?.final);
  const [first] = finished;
  if (!first) throw new UsageError('--record: there are no finished runs to record');
  if (new Set(finished.map(({ spec }) => JSON.stringify([spec.model, spec.data]))).size > 1) throw new UsageError('--record: the runs are of several models or data sets, and a recording is of one');
  const wanted = given.settings === undefined ? [] : manyFrom(given, 'settings');
  const called = ({ spec: { method } }: RunRecord): string => [method.method, mainText(method, String).replace(' ', '-')].filter(Boolean).join('/');
  const unknown = wanted.find((name) => !finished.some((run) => called(run) === name));
  if (unknown !== undefined) throw new UsageError(`--settings: there is no ${quote(unknown)} among ${[...new Set(finished.map(called))].join(', ')}`);
  const command = `npm run -s fullrank -- compare --runs ${manyFrom(given, 'runs').join(' ')} --record ${String(given.record)}${wanted.length ? ` --settings ${wanted.join(' ')}` : ''}`;
  const about = { model_title: first.model_title ?? first.spec.model, data_title: dataTitle(first.spec.data, first.data_title), classes: first.classes ?? [], ...(given.busy === true && { busy: true }) };
  return packRecording(command, about, wanted.length ? wanted.flatMap((name) => finished.filter((run) => called(run) === name)) : finished, () => wanted.length > 0);
}

/** Finished runs by their settings: those of one differ in their seeds alone, and in how often they were looked at. */
export function bySetting(runs: readonly RunRecord[]): FinishedRun[][] {
  const groups = new Map<string, FinishedRun[]>();
  for (const run of runs) {
    if (!run.summary?.final) continue;
    const key = settingKey(run.spec);
    groups.set(key, [...(groups.get(key) ?? []), run as FinishedRun]);
  }
  return [...groups.values()];
}

/** Rows of finished runs: those of equal method and settings, whatever their seeds and however often they were looked at, are one. */
export function rowsOf(runs: readonly RunRecord[]): CompareRow[] {
  const rows = bySetting(runs).map((records) => ({ row: row(defined(records[0]).spec.method, records, ''), records }));
  return toBest(rows).sort((a, b) => byMost(a.mean, b.mean));
}

/** Rows with their differences from the best. */
function toBest(rows: readonly { row: CompareRow; records: readonly FinishedRun[] }[]): CompareRow[] {
  const of = differencesOf(rows.map(({ records }) => records.map(({ spec, summary }) => ({ spec, test: summary.final! }))));
  const best = rows.findIndex(({ row }) => row.mean === Math.max(...rows.map(({ row }) => row.mean).filter(Number.isFinite)));
  return rows.map(({ row }, i) => (i === best || best < 0 ? row : { ...row, to_best: of(i, best) }));
}

function tell(rows: CompareRow[], say: (line: string) => void): void {
  const names = scoreNames(rows);
  table([['method', 'setting', 'adapter parameters', measureHead(rows), '95 % interval', 'MiB', 'seconds', 'balanced %', 'macro-F1 %', ...names], ...cells(rows).map((line, i) => [...line, ...scoreCells(defined(rows[i]), names)])]).forEach(say);
  const devices = [...new Set(rows.flatMap((one) => one.devices.map(({ device }) => device)))];
  if (devices.length > 0) say(`seconds: median step x steps, the first step of each run aside; ${devices.length === 1 ? `on ${defined(devices[0])}` : `on several devices, whose times do not compare: ${devices.join('; ')}`}`);
}

/** Head of the column of `CompareRow.mean`. */
export const measureHead = (rows: readonly CompareRow[]): string => (rows.some(({ scores }) => scores?.pearson !== undefined) ? 'test correlation x 100' : 'test accuracy %');

/** Scores of texts that some of the rows have, by name. */
export const scoreNames = (rows: readonly CompareRow[]): string[] => [...new Set(rows.flatMap(({ scores = {} }) => Object.keys(scores)))];

export const scoreCells = ({ scores }: CompareRow, names: readonly string[]): string[] => names.map((name) => scores?.[name]?.toFixed(4) ?? '-');

/** Differences from the best, with what they are made of and cover. */
export function tellDifferences(rows: readonly CompareRow[], say: (line: string) => void): void {
  const items = rows.some(({ texts }) => texts) ? 'texts' : 'pictures';
  const names = cells(rows).map(([method, setting]) => [method, setting].filter((part) => part !== '-').join(' '));
  const lines = rows.flatMap(({ to_best }, i) => (to_best ? [[defined(names[i]), ...Object.values(differenceCells(to_best, items)).map((cell) => cell.replace('–', '-'))]] : []));
  if (lines.length === 0) return;
  say('');
  table([[`beside ${defined(names[rows.findIndex(({ to_best }) => !to_best)])}`, ...Object.values(differenceHeads)], ...lines]).forEach(say);
  say(differencesNote);
}

const tellNotes = (rows: CompareRow[], say: (line: string) => void): void => rows.filter((r) => r.note).forEach((r) => say(`${r.method}: ${r.note}`));

/** Runs what is missing of the grid, records all of it in the file `record`, and returns the rows. `max_work` stands for the spec's, and so do found rates. Throws with one sentence. */
export async function compare(path: string, out: string, say: (line: string) => void, { record, busy = false, findRates = false, ...change }: { record?: string; busy?: boolean; findRates?: boolean; max_work?: number; model?: string; data?: string } = {}): Promise<{ spec: Spec; rows: CompareRow[] }> {
  const paper = paperOf(path);
  const given = parseSpec(paper ? JSON.stringify(paper.grid) : await readSpec(path), path, change);
  const opened = await openSet(given);
  const shared = withShares(given, opened.data);
  const spec = findRates ? withFoundRates(shared) : shared;
  if (paper) [`${paper.title}, of the RandLoRA paper (arXiv 2502.00987).`, ...paper.open].forEach(say);
  const reported = paper && { paper: { of: paper.reported.of, rows: paper.reported.rows.map(([label, value]) => [label, value]) } };
  const grid = planGrid(spec, opened);
  const done: { row: CompareRow; records: FinishedRun[] }[] = [];
  let rows: CompareRow[] = [];
  const names = gridNames(grid.map(({ config }) => config));
  for (const { config, note, budget, variant, called } of grid.flatMap((one, i) => spec.variants.map((variant) => ({ ...one, variant, called: defined(names[i]) })))) {
    const records: FinishedRun[] = [];
    for (const seed of spec.seeds) {
      const name = `${config.method}-${seededName(runName(called, variant), seed)}`;
      const folder = join(out, name);
      const wanted = trainOf(spec, config.method, variant);
      const asked = { model: spec.model, data: spec.data, text: spec.text, method: config, train: { ...withoutAuto(wanted), seed }, out: folder, name, say };
      const request = isAuto(wanted) ? await atFoundRate(asked) : asked;
      const known = await finished(folder, config, request.train, opened.text);
      say(known ? `${name}: already there` : name);
      records.push(known ?? (await trainOnce({ ...request, experiment: paper?.name, budget, resume: 'fitting', say: quiet(say) })));
    }
    done.push({ row: row(config, records, note ?? ''), records });
    rows = toBest(done);
    await writeWhole(join(out, 'compare.json'), JSON.stringify({ spec, rows, ...reported }, null, 2));
  }
  tell(rows, say);
  tellDifferences(rows, say);
  if (record) {
    const titles = { model_title: modelTitle(spec.model), data_title: dataTitle(spec.data), classes: opened.data.classes };
    const about = { ...titles, ...(typeof spec.budget === 'number' && { budget: spec.budget }), ...(busy && { busy }), notes: Object.fromEntries(grid.flatMap(({ config: { method }, note }) => (note && defined(methodFields[method]).budget ? [[method, note]] : []))) };
    // Settings at no common budget are drawn by their results alone.
    await writeWhole(record, JSON.stringify(packRecording(`npm run -s fullrank -- compare --spec ${path} --out ${out} --record ${record}`, about, done.flatMap(({ records }) => records), () => typeof spec.budget === 'number')));
  }
  tellNotes(rows, say);
  if (!paper) return { spec, rows };
  say(`The paper's own numbers (${paper.reported.of}), which nothing here has measured:`);
  table(reported!.paper.rows).forEach(say);
  paper.then?.forEach((line) => say(`next: npm run -s fullrank -- ${line.replaceAll('FOLDER', out)}`));
  return { spec, rows, ...reported };
}

/** Names that tell the entries of a grid from others of their method: the setting that a budget sets, and settings that alone tell them apart. */
export const gridNames = (configs: readonly MethodConfig[]): string[] =>
  distinguished(configs).map(({ setting, telling }) => [setting.replace(' ', '-'), ...telling.map((one) => one.replace(/[^\w.-]+/g, '-'))].filter(Boolean).join('-'));

/** Name that tells a setting from others of its method: its entry's name and its variant; empty where it is the only one. */
export const runName = (called: string, variant: z.output<typeof settings>): string => [called, ...Object.entries(variant).map(([field, value]) => `${field}${String(value)}`)].filter(Boolean).join('-');

/** Name that tells a run from others of its method. */
export const seededName = (called: string, seed: number): string => [called, `seed${seed}`].filter(Boolean).join('-');

/** The setting that a budget sets, as in "r 4", and others if they alone tell methods of one list apart. */
function distinguished(configs: readonly MethodConfig[]): { method: string; setting: string; telling: string[] }[] {
  const short = configs.map((config) => ({ method: config.method, setting: mainText(config, String) }));
  return configs.map((config, i) => {
    const alike = configs.filter((_, j) => defined(short[j]).method === defined(short[i]).method && defined(short[j]).setting === defined(short[i]).setting);
    const telling = Object.entries(config).filter(([field, value]) => alike.some((other) => JSON.stringify(other[field]) !== JSON.stringify(value)));
    return { ...defined(short[i]), telling: telling.map(([field, value]) => `${field} ${String(value)}`) };
  });
}

/** The experiment that a --spec names; null for a file. Throws ConfigError. */
function paperOf(path: string): (Experiment & { name: string; grid: Grid }) | null {
  const [, name, form] = /^paper\/([^/]*)(?:\/(.*))?$/.exec(path) ?? [];
  if (name === undefined) return null;
  const found = Object.hasOwn(experiments, name) ? experiments[name] : undefined;
  if (!found || (form !== undefined && form !== 'small')) throw new ConfigError(`${path} is no experiment of the paper. Write paper/NAME, or paper/NAME/small, with one of these names: ${Object.keys(experiments).join(', ')}.`);
  return { ...found, name, grid: form ? found.small : found.full };
}

/** The grid with shares of the training images as numbers of them. */
export function withShares(spec: Spec, { train: { count } }: Pick<Dataset, 'train'>): Spec {
  if (!spec.variants.some(({ train_share }) => train_share !== undefined)) return spec;
  return { ...spec, variants: sharesAsLimits(spec.variants, Number(spec.train.train_limit) || 0, count) };
}

/** Text of the file of a grid. Throws UsageError. */
export async function readSpec(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`--spec is ${quote(path)}, which cannot be read: ${messageOf(error)}`);
  }
}

/** Reads a grid. Throws ConfigError, which names the field that is wrong. */
export function parseSpec(text: string, path: string, change: object = {}): Spec {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`${path} is not JSON: ${messageOf(error)}`);
  }
  const result = z.safeParse(schema, typeof json === 'object' ? { ...json, ...change } : json);
  if (result.success) return result.data;
  const issue = defined(result.error.issues[0]);
  const field = issue.path.join('.');
  throw new ConfigError(`${path}: ${cut(field || 'the file')}: ${cut(issue.message, 500)}`);
}

/** A method of the grid with its settings. */
interface Planned {
  config: MethodConfig;
  note: string | null;
  budget?: number;
}

/** The settings of every method of the grid, each once, all checked before anything is trained. */
export function planGrid(spec: Spec, { model: { net }, data }: OpenSet): Planned[] {
  const model = net.with({ labels: data.classes });
  return spec.methods.flatMap((given) => {
    const key = typeof given === 'string' ? given : given.method;
    if (!Object.hasOwn(methodFields, key)) throw new ConfigError(`${noMethod(key)}.`);
    for (const variant of spec.variants) completeTrain(withoutAuto(trainOf(spec, key, variant)));
    const train = completeTrain(withoutAuto(trainOf(spec, key)));
    if (typeof given !== 'string') return [{ config: given, note: null }];
    if (spec.budget === undefined) return [{ config: onTargets(key, spec.target_modules), note: null }];
    // The work of a step, which says what is affordable, depends on the size of its pictures.
    const sized = train.image_size ? model.with({ image_size: train.image_size }) : model;
    const planned = [spec.budget].flat().map((budget) => atBudget(sized, spec, { key, budget, train }));
    return planned.filter(({ config }, i) => planned.findIndex((other) => isDeepStrictEqual(other.config, config)) === i);
  });
}

/** The setting of a method that comes nearest to a budget. Throws ConfigError where none fits. */
function atBudget(model: Model, spec: Spec, { key, budget, train }: { key: string; budget: number; train: TrainConfig }): Planned {
  const found = budgetRows(model, spec.target_modules ?? null, budget, train, spec.max_work, [key]).find((row) => row.method === key);
  if (!found?.config) throw new ConfigError(`${key} cannot reach ${String(budget)} parameters: ${found?.reason ?? 'no setting of it fits'}`);
  return { config: found.config, note: found.reason, ...(defined(methodFields[key]).budget && { budget }) };
}

/** The grid with every rate to be found, but where it goes over rates itself. */
const withFoundRates = (spec: Spec): Spec => ({ ...spec, train: { ...spec.train, lr: 'auto' }, train_by_method: Object.fromEntries(Object.entries(spec.train_by_method).map(([method, { lr: _, ...train }]) => [method, train])) });

/** Training settings of a method's runs, the seed aside; the rate may be `auto`. */
export const trainOf = (spec: Spec, method: string, variant: z.output<typeof settings> = {}): z.output<typeof settings> => ({ ...spec.train, ...spec.train_by_method[method], ...variant });

/** A finished run of the same settings, or null. */
async function finished(folder: string, config: MethodConfig, train: Partial<TrainConfig>, text: TextSettings | undefined): Promise<FinishedRun | null> {
  const file = join(folder, 'run.json');
  if (!existsSync(file)) return null;
  const record = JSON.parse(await readFile(file, 'utf8')) as FinishedRun;
  const wanted = completeTrain(train);
  const same = JSON.stringify(Object.entries(keptTrain(record.spec.train)).sort()) === JSON.stringify(Object.entries(wanted).sort()) && isDeepStrictEqual(record.spec.text ?? {}, text ?? {});
  const method = Object.entries(config).every(([k, v]) => JSON.stringify(record.spec.method[k]) === JSON.stringify(v));
  if (!same || !method) throw new ConfigError(`${folder} holds a run with other settings; give another --out, or remove it.`);
  return record.summary?.final ? record : null;
}

function row(config: MethodConfig, records: FinishedRun[], note: string): CompareRow {
  const accuracy = records.map((r) => measureOf(r.summary.final!));
  const { mean, interval } = meanOf(accuracy) ?? { mean: NaN, interval: null };
  const scores = records.map((r) => scoresOf(r.summary.final!));
  const score = (name: keyof Scores) => (scores.includes(null) ? null : meanOf(scores.map((one) => one![name]))!.mean);
  const lost = records.filter(({ summary }) => isAtChance(summary.final!)).length;
  const finals = records.map((r) => r.summary.final!);
  const devices = [...new Set(records.map(deviceOf))].sort().map((device) => {
    const on = records.filter((one) => deviceOf(one) === device);
    return { device, runs: on.length, seconds: meanOf(on.map(typicalSeconds))?.mean ?? NaN, total_bytes: defined(on[0]).summary.plan.total_bytes };
  });
  const early = records.some((r) => endedEarly(r.summary)) ? records.map((r) => r.summary.steps) : undefined;
  return {
    method: config.method,
    config,
    adapter_parameters: defined(records[0]).summary.plan.adapter_parameters,
    work: defined(records[0]).summary.plan.work ?? null,
    total_bytes: defined(records[0]).summary.plan.total_bytes,
    lr: learningRates(config, keptTrain(defined(records[0]).spec.train)).lr,
    accuracy,
    mean,
    interval,
    balanced_accuracy: score('balanced_accuracy'),
    macro_f1: score('macro_f1'),
    ...((records.some(({ spec }) => spec.text) || finals.some(({ scores }) => scores)) && { texts: true as const }),
    ...(finals.some(({ scores }) => scores) && { scores: Object.fromEntries(Object.keys(defined(finals[0]).scores ?? {}).map((name) => [name, meanOf(finals.map(({ scores }) => scores?.[name] ?? NaN))?.mean ?? NaN])) }),
    seconds: devices.length === 1 ? defined(devices[0]).seconds : NaN,
    devices,
    ...(early && { stopped_early: early }),
    note: [note, lost > 0 ? `${lost} of ${records.length} at chance: not the method, but how far training came; find the learning rate (--lr auto), or train longer` : '', early ? `early stopping ended runs after step ${early.join(', ')} of ${defined(records[0]).summary.plan.steps}` : ''].filter(Boolean).join('; '),
  };
}

/** A share of 1 in percent, as tables have it. */
export const percent = (x: number): string => (100 * x).toFixed(1);

/** Rows as they are printed, below the heads of `tell`. */
export function cells(rows: readonly CompareRow[]): (string | number)[][] {
  const names = distinguished(rows.map(({ config }) => config));
  return rows.map((r, i) => [
    defined(methodFields[r.method]).title,
    [defined(names[i]).setting, ...defined(names[i]).telling].filter(Boolean).join(', ') || '-',
    r.adapter_parameters,
    percent(r.mean),
    r.interval === null ? '-' : `± ${percent(r.interval)}`,
    (r.total_bytes / 2 ** 20).toFixed(1),
    Number.isFinite(r.seconds) ? r.seconds.toFixed(r.seconds < 10 ? 1 : 0) : '-',
    r.balanced_accuracy === null ? '-' : percent(r.balanced_accuracy),
    r.macro_f1 === null ? '-' : percent(r.macro_f1),
  ]);
}

/** Only what happens rarely: evaluations, early ends and what is gone on from, not steps. */
export const quiet = (say: (line: string) => void) => (line: string) => {
  if (/^step \d+ {2}(train|val|test) |parameters|early|checkpoint/.test(line)) say(`  ${line}`);
};
