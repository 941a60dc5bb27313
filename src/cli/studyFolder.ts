import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigError } from '../adapters/fields';
import { defined } from '../numbers/defined';
import { dataHash, experimentOf, isHashOf, modelHash, readResult, resultPath, type Experiment, type Result } from '../records/study';
import { settingsFiles } from '../records/studyBundle';
import { UsageError } from './command';
import { gridNames, parseSpec, planGrid, readSpec, runName, trainOf, withShares } from './compare';
import { jsonOrNull, writeAll, writeWhole } from './files';
import { openSet, type OpenSet } from './openSet';
import { isAuto } from './rates';

export const STUDY = 'study.json';
const SETTINGS = 'training_params.json';

/** Places of model and data on this machine, where the study names others. */
export interface Here {
  model?: string;
  data?: string;
}

export interface Study {
  json: Record<string, unknown>;
  experiments: Experiment[];
  /** Names of the model and the data here, and both opened. */
  here: Required<Here>;
  opened: OpenSet;
}

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
  const { model, data, text } = opened;
  const spec = withShares(given, data);
  const content = { model: await modelHash(model), data: await dataHash(data) };
  if (data_hash !== undefined && data_hash !== content.data) throw new ConfigError(`${spec.data} is not the data of this study: its ${data.train.text ? 'texts' : 'images'} or labels are others.`);
  if (model_hash !== undefined && model_hash !== content.model) throw new ConfigError(`${spec.model} is not the model of this study: its weights or settings are others.`);
  const planned = planGrid(spec, opened);
  const names = gridNames(planned.map(({ config }) => config));
  const called = { model: String(grid.model), data: String(grid.data) };
  const experiments = planned.flatMap(({ config }, i) =>
    spec.variants.flatMap((variant) =>
      spec.seeds.map((seed) => {
        const train = trainOf(spec, config.method, variant);
        if (isAuto(train)) throw new ConfigError('a study names its learning rates: find them with fullrank compare --lr auto first.');
        return experimentOf({ ...called, method: config, train: { ...train, seed }, text, name: runName(defined(names[i]), variant, seed), content });
      }),
    ),
  );
  for (const experiment of experiments) {
    const params = join(folder, 'experiments', experiment.name, SETTINGS);
    if (existsSync(params) && !isHashOf(objectOf(await readFile(params, 'utf8')).hash, experiment)) throw new ConfigError(`${params} holds other settings than ${STUDY}; give the study another folder, or remove it.`);
    const files = settingsFiles(model, data.classes, experiment);
    if (!files.every((file) => existsSync(join(dirname(params), file.path)))) await writeAll(dirname(params), files);
  }
  const json = { ...grid, model_hash: content.model, data_hash: content.data };
  const whole = `${JSON.stringify({ ...json, ...(python !== undefined && { python }) }, null, 2)}\n`;
  if (whole !== before) await writeWhole(path, whole);
  return { json, experiments, here: { model: spec.model, data: spec.data }, opened };
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

/** Names of a study's experiments as its folder has them, without opening model or data. Throws UsageError. */
export async function namesIn(folder: string): Promise<string[]> {
  if (!existsSync(join(folder, STUDY))) throw new UsageError(`${folder} has no ${STUDY}`);
  const root = join(folder, 'experiments');
  const methods = existsSync(root) ? await readdir(root) : [];
  const all = await Promise.all(methods.map(async (method) => (await readdir(join(root, method))).map((name) => `${method}/${name}`)));
  const byNumber = new Intl.Collator('en', { numeric: true });
  return all.flat().filter((name) => existsSync(join(root, name, SETTINGS))).sort(byNumber.compare);
}
