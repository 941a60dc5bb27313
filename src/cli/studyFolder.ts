import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigError } from '../adapters/fields';
import { listFirst } from '../errors/text';
import { defined } from '../numbers/defined';
import { dataHash, experimentOf, isHashOf, modelHash, readResult, resultPath, type Content, type Experiment, type Result } from '../records/study';
import { settingsFiles } from '../records/studyBundle';
import { completeTrain } from '../train/config';
import type { MethodConfig, RateSearch, TextSettings, TrainConfig } from '../train/protocol';
import { hasRate } from '../train/rates.meta';
import { UsageError } from './command';
import { gridNames, parseSpec, planGrid, readSpec, runName, seededName, trainOf, withShares, type Spec } from './compare';
import { jsonOrNull, writeAll, writeWhole } from './files';
import { openSet, type OpenSet } from './openSet';
import { isAuto, isFound, searchBeside, withoutAuto } from './rates';
import { STUDY } from './runFolders';

const SETTINGS = 'training_params.json';

/** Places of model and data on this machine, where the study names others. */
export interface Here {
  model?: string;
  data?: string;
}

/** A setting of the grid: a method with its training, over all seeds. */
export interface Cell {
  /** `METHOD/NAME`, as its experiments are called without their seeds. */
  name: string;
  method: MethodConfig;
  /** Training settings, the seed and a rate that is to be found aside. */
  train: Partial<TrainConfig>;
  /** Adapter parameters that it was to have. */
  budget?: number;
  /** The search that found its learning rate; null where that is still to be sought, absent where the grid names it. */
  rates?: RateSearch | null;
  /** By the grid's seeds; empty until its rate is known. */
  experiments: Experiment[];
}

export interface Study {
  json: Record<string, unknown>;
  cells: Cell[];
  /** Experiments of all cells that are known. */
  readonly experiments: Experiment[];
  seeds: number[];
  /** What the study calls its model and its data. */
  called: Required<Here>;
  /** Names of the model and the data here, and both opened. */
  here: Required<Here>;
  opened: OpenSet;
  /** Lays out the experiments of a cell, at the rate that was found for it where one was sought. */
  layOut(cell: Cell, rates?: RateSearch): Promise<void>;
}

/** Folder in which the search for a cell's rate is kept. */
export const ratesOf = (folder: string, cell: string): string => join(folder, 'rates', cell.replaceAll('/', '--'));

/** The experiments of a study's grid, their settings written beside them. Throws ConfigError where other settings lie there, or model or data are not the study's. */
export async function openStudy(folder: string, from?: string, change: Here = {}): Promise<Study> {
  const path = join(folder, STUDY);
  const isThere = existsSync(path);
  if (from === undefined && !isThere) throw new UsageError(`${folder} has no ${STUDY}; make one with --spec`);
  const before = isThere ? await readFile(path, 'utf8') : null;
  const { data_hash, model_hash, python, ...grid } = objectOf(before ?? (await readSpec(from!)));
  // Several machines may begin a study by the same command.
  if (from !== undefined && before !== null && JSON.stringify(objectOf(await readSpec(from))) !== JSON.stringify(grid)) throw new UsageError(`${folder} holds another study already; run it without --spec`);
  const given = parseSpec(JSON.stringify(grid), from ?? path, change);
  const opened = await openSet(given);
  const { model, data } = opened;
  const spec = withShares(given, data);
  const content = { model: await modelHash(model), data: await dataHash(data) };
  if (data_hash !== undefined && data_hash !== content.data) throw new ConfigError(`${spec.data} is not the data of this study: its ${data.train.text ? 'texts' : 'images'} or labels are others.`);
  if (model_hash !== undefined && model_hash !== content.model) throw new ConfigError(`${spec.model} is not the model of this study: its weights or settings are others.`);
  const called = { model: String(grid.model), data: String(grid.data) };
  const layOut = async (cell: Cell, rates?: RateSearch): Promise<void> => {
    if (rates) cell.rates = rates;
    await lay(folder, opened, cell, spec.seeds.map((seed) => experimentIn(cell, { called, content, text: opened.text, seed, lr: rates?.lr })));
  };
  const cells = cellsOf(spec, opened);
  const study: Study = {
    json: { ...grid, model_hash: content.model, data_hash: content.data },
    cells,
    get experiments() {
      return cells.flatMap(({ experiments }) => experiments);
    },
    seeds: spec.seeds,
    called,
    here: { model: spec.model, data: spec.data },
    opened,
    layOut,
  };
  for (const cell of cells) {
    const rates = cell.rates === null ? await searchBeside(ratesOf(folder, cell.name), called, { ...cell, text: opened.text }) : undefined;
    if (rates === null) await mkdir(ratesOf(folder, cell.name), { recursive: true });
    else await layOut(cell, rates);
  }
  const whole = `${JSON.stringify({ ...study.json, ...(python !== undefined && { python }) }, null, 2)}\n`;
  if (whole !== before) await writeWhole(path, whole);
  return study;
}

/** Settings of a grid, none of them laid out. */
function cellsOf(spec: Spec, opened: OpenSet): Cell[] {
  const planned = planGrid(spec, opened);
  const names = gridNames(planned.map(({ config }) => config));
  return planned.flatMap(({ config: method, budget }, i) =>
    spec.variants.map((variant): Cell => {
      const wanted = trainOf(spec, method.method, variant);
      const train = withoutAuto(wanted);
      const isSought = isAuto(wanted) && hasRate(method.method, completeTrain(train));
      return { name: [method.method, runName(defined(names[i]), variant)].filter(Boolean).join('/'), method, train, ...(budget && { budget }), ...(isSought && { rates: null }), experiments: [] };
    }),
  );
}

/** Name of a cell's experiment. */
export const experimentName = ({ name, method: { method } }: Pick<Cell, 'name' | 'method'>, seed: number): string => `${method}/${seededName(name.slice(method.length + 1), seed)}`;

function experimentIn(cell: Cell, { called, content, text, seed, lr }: { called: Required<Here>; content: Content; text?: TextSettings; seed: number; lr?: number }): Experiment {
  const { method, train } = cell;
  return experimentOf({ ...called, method, train: { ...train, ...(lr !== undefined && { lr }), seed }, text, name: experimentName(cell, seed).slice(method.method.length + 1), content });
}

/** Gives a cell its experiments, and writes their settings. Throws ConfigError where others lie there. */
async function lay(folder: string, { model, data }: OpenSet, cell: Cell, experiments: Experiment[]): Promise<void> {
  for (const experiment of experiments) {
    const params = join(folder, 'experiments', experiment.name, SETTINGS);
    if (existsSync(params) && !isHashOf(objectOf(await readFile(params, 'utf8')).hash, experiment)) throw new ConfigError(`${params} holds other settings than ${STUDY}; give the study another folder, or remove it.`);
    const files = settingsFiles(model, data.classes, experiment);
    if (!files.every((file) => existsSync(join(dirname(params), file.path)))) await writeAll(dirname(params), files);
  }
  cell.experiments = experiments;
}

/** Throws ConfigError where the rate of a setting is still to be found. */
export function checkRates(folder: string, { cells }: Study): void {
  const open = cells.filter(({ rates }) => rates === null);
  if (open.length > 0) throw new ConfigError(`the study names no learning rate for ${listFirst(open.map(({ name }) => name), 3)}: fullrank study run ${folder} finds ${open.length === 1 ? 'it' : 'them'} first.`);
}

function objectOf(text: string): Record<string, unknown> {
  const value = jsonOrNull(text);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** The file of an experiment's result, whoever wrote it; null where there is none, or one that was cut short, which `say` is told. Throws FormatError. */
export async function readResultOf(folder: string, name: string, say: (line: string) => void = () => {}): Promise<Result | null> {
  const path = join(folder, resultPath(name));
  if (!existsSync(path)) return null;
  const text = await readFile(path, 'utf8');
  if (isJson(text)) return readResult(text, path);
  say(`${path} is cut short or damaged, and counts as no result`);
  return null;
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** The result of an experiment, where it has one of these settings; null otherwise. */
export async function resultOf(folder: string, experiment: Experiment, say?: (line: string) => void): Promise<Result | null> {
  const result = await readResultOf(folder, experiment.name, say);
  return result && isHashOf(result.hash, experiment) && result.success ? result : null;
}

/** Names of the settings whose rate is to be found or was, and whether it was, without opening model or data. */
export async function ratesIn(folder: string): Promise<{ name: string; found: boolean }[]> {
  const root = join(folder, 'rates');
  const entries = existsSync(root) ? await readdir(root, { withFileTypes: true }) : [];
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(folders.sort(byNumber.compare).map(async (name) => ({ name: name.replaceAll('--', '/'), found: await isFound(join(root, name)) })));
}

const byNumber = new Intl.Collator('en', { numeric: true });

/** Names of a study's experiments as its folder has them, without opening model or data. Throws UsageError. */
export async function namesIn(folder: string): Promise<string[]> {
  if (!existsSync(join(folder, STUDY))) throw new UsageError(`${folder} has no ${STUDY}`);
  const root = join(folder, 'experiments');
  const methods = existsSync(root) ? await readdir(root) : [];
  const all = await Promise.all(methods.map(async (method) => (await readdir(join(root, method))).map((name) => `${method}/${name}`)));
  return all.flat().filter((name) => existsSync(join(root, name, SETTINGS))).sort(byNumber.compare);
}
