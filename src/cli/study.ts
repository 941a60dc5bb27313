import { spawn } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigError } from '../adapters/fields';
import { isHubId } from '../io/hub/ids';
import { defined } from '../numbers/defined';
import { openModel } from '../train/openModel';
import type { RunRecord } from '../train/protocol';
import { dataHash, deviceOf, experimentOf, hashOf, readResult, resultPath, resultText, type Experiment, type Result } from '../records/study';
import { settingsFiles, studyBundle } from '../records/studyBundle';
import { manyFrom, table, UsageError, wholeFrom, type Command, type Given } from './command';
import { cells, gridNames, parseSpec, planGrid, quiet, rowsOf, tellDifferences, runName, trainOf, withShares, type CompareRow } from './compare';
import { runsIn } from './exportRuns';
import { modelTree, openData, writeAll, writeWhole } from './files';
import { isAuto } from './rates';
import { trainOnce, type FinishedRun } from './train';

export const command: Command = {
  help: 'runs a folder of experiments, here or elsewhere, and collects their results: run trains those without a result, export writes files that run with PyTorch, import adds results',
  words: [{ name: 'action', value: 'run|export|import' }, { name: 'folder', value: 'FOLDER' }],
  computes: true,
  flags: [
    { name: 'spec', kind: 'text', value: 'FILE.json', help: 'run: makes the study of a grid as compare has it (model, data, methods, and optionally budget, seeds, train, variants, ...), as FOLDER/study.json.' },
    { name: 'jobs', kind: 'integer', help: 'run: so many processes at a time; they share the folder, as processes on several machines can. 1 when left out.' },
    { name: 'out', kind: 'text', value: 'FOLDER', help: 'export: folder to write run.py, the experiments, their images and scripts for clusters to.' },
    { name: 'from', kind: 'text', value: 'A B ...', many: true, help: 'import: folders of the same study, results, runs, or files of runs.' },
  ],
  async run(given, say) {
    const folder = String(given.folder);
    if (given.action === 'run') return runStudy(folder, say, { spec: given.spec === undefined ? undefined : String(given.spec), jobs: wholeFrom(given, 'jobs', 1, 64) ?? 1, flags: flagsOf(given) });
    if (given.action === 'export') return exportStudy(folder, given.out, say);
    if (given.action === 'import') return importResults(folder, manyFrom(given, 'from'), say);
    throw new UsageError(`there is no fullrank study ${String(given.action)}; there are run, export and import`);
  },
};

export const STUDY = 'study.json';

interface Study {
  json: Record<string, unknown>;
  experiments: Experiment[];
}

/** The experiments of a study's grid, their settings written beside them. Throws ConfigError where other settings lie there. */
export async function openStudy(folder: string, from?: string): Promise<Study> {
  const path = join(folder, STUDY);
  if (from === undefined && !existsSync(path)) throw new UsageError(`${folder} has no ${STUDY}; make one with --spec`);
  if (from !== undefined && existsSync(path)) throw new UsageError(`${folder} holds a study already; run it without --spec`);
  const text = await readFile(from ?? path, 'utf8');
  const { data_hash, python: _, ...grid } = objectOf(text);
  const spec = await withShares(parseSpec(JSON.stringify(grid), from ?? path));
  const planned = await planGrid(spec);
  const names = gridNames(planned.map(({ config }) => config));
  const experiments = planned.flatMap(({ config }, i) =>
    spec.variants.flatMap((variant) =>
      spec.seeds.map((seed) => {
        const train = trainOf(spec, config.method, variant);
        if (isAuto(train)) throw new ConfigError('a study names its learning rates: find them with fullrank compare --lr auto first.');
        return experimentOf({ model: spec.model, data: spec.data, method: config, train: { ...train, seed }, name: runName(defined(names[i]), variant, seed) });
      }),
    ),
  );
  const [model, data] = await Promise.all([modelTree(spec.model).then(openModel), openData(spec.data)]);
  const found = await dataHash(data);
  if (data_hash !== undefined && data_hash !== found) throw new ConfigError(`${spec.data} is not the data of this study: its images or labels are others.`);
  const json = { ...grid, data_hash: found };
  for (const experiment of experiments) {
    const params = join(folder, 'experiments', experiment.name, 'training_params.json');
    if (existsSync(params) && objectOf(await readFile(params, 'utf8')).hash !== experiment.hash) throw new ConfigError(`${params} holds other settings than ${STUDY}; give the study another folder, or remove it.`);
    await writeAll(dirname(params), settingsFiles(model, data.classes, experiment));
  }
  await writeWhole(path, `${JSON.stringify(json, null, 2)}\n`);
  return { json, experiments };
}

function objectOf(text: string): Record<string, unknown> {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** The result of an experiment, where it has one of these settings; null otherwise. */
export async function resultOf(folder: string, { name, hash }: Experiment): Promise<Result | null> {
  const path = join(folder, resultPath(name));
  if (!existsSync(path)) return null;
  const result = readResult(await readFile(path, 'utf8'), path);
  return result.hash === hash && result.success ? result : null;
}

/** Takes an experiment for this process, unless a living one has it. */
async function claim(folder: string, name: string): Promise<(() => Promise<void>) | null> {
  const path = join(folder, `${resultPath(name)}.lock`);
  await mkdir(dirname(path), { recursive: true });
  for (;;) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' });
      return () => rm(path, { force: true });
    } catch {
      const pid = Number(await readFile(path, 'utf8').catch(() => ''));
      if (pid === process.pid || isAlive(pid)) return null;
      await rm(path, { force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function runStudy(folder: string, say: (line: string) => void, { spec, jobs, flags }: { spec?: string; jobs: number; flags: string[] }): Promise<object> {
  const { experiments } = await openStudy(folder, spec);
  if (jobs > 1) await Promise.all(Array.from({ length: jobs }, () => another(['study', 'run', folder, ...flags])));
  for (const experiment of experiments) await runExperiment(folder, experiment, say);
  return board(folder, experiments, say);
}

/** Flags that other processes of the study take over: where models come from, and which kernels run. */
const flagsOf = ({ action: _action, folder: _folder, spec: _spec, jobs: _jobs, json: _json, ...given }: Given): string[] =>
  Object.entries(given).flatMap(([name, value]) => [`--${name.replaceAll('_', '-')}`, ...(value === true ? [] : [value])]);

/** The same command in another process, whose lines are not shown. */
const another = (argv: string[]): Promise<void> =>
  new Promise((done, fail) => {
    const child = spawn(process.execPath, [...process.execArgv, defined(process.argv[1]), ...argv], { stdio: ['ignore', 'ignore', 'inherit'] });
    child.on('error', fail);
    child.on('exit', (code) => (code === 0 ? done() : fail(new Error(`a process of the study ended with code ${String(code)}`))));
  });

async function runExperiment(folder: string, experiment: Experiment, say: (line: string) => void): Promise<void> {
  const { name, spec } = experiment;
  if (await resultOf(folder, experiment)) return say(`${name}: already there`);
  const release = await claim(folder, name);
  if (!release) return say(`${name}: another process has it`);
  try {
    // The one before may have ended in between.
    if (await resultOf(folder, experiment)) return;
    say(name);
    const run = await trainOnce({ ...spec, out: join(folder, 'adapters', name), name: spec.name, say: quiet(say) });
    if (run.state !== 'stopped') await writeWhole(join(folder, resultPath(name)), resultText(experiment, run));
  } finally {
    await release();
  }
}

/** A row of the comparison, with time and memory of each device. */
interface BoardRow extends CompareRow {
  devices: { device: string; runs: number; seconds: number; total_bytes: number }[];
}

/** Results of a study so far, as one table. */
async function board(folder: string, experiments: readonly Experiment[], say: (line: string) => void): Promise<{ rows: BoardRow[]; missing: string[] }> {
  const results = await Promise.all(experiments.map((experiment) => resultOf(folder, experiment)));
  const runs = results.flatMap((result) => (result ? [result.run as FinishedRun] : []));
  const missing = experiments.filter((_, i) => !results[i]).map(({ name }) => name);
  const rows = rowsOf(runs).map((row) => {
    const own = runs.filter(({ spec }) => JSON.stringify(Object.entries(spec.method).sort()) === JSON.stringify(Object.entries(row.config).sort()));
    const devices = [...new Set(own.map(deviceOf))].sort().map((device) => {
      const on = own.filter((run) => deviceOf(run) === device);
      return { device, runs: on.length, seconds: on.reduce((sum, { summary }) => sum + summary.seconds, 0) / on.length, total_bytes: defined(on[0]).summary.plan.total_bytes };
    });
    return { ...row, devices };
  });
  if (rows.length) {
    const printed = cells(rows);
    const lines = rows.map((row, i) => [...defined(printed[i]).slice(0, 5), row.devices.map(({ device, runs: n, seconds, total_bytes }) => `${n} on ${device}: ${seconds.toFixed(1)} s${total_bytes ? `, ${(total_bytes / 2 ** 20).toFixed(1)} MiB` : ''}`).join('; ')]);
    table([['method', 'setting', 'adapter parameters', 'test accuracy %', '95 % interval', 'runs, time and memory by device'], ...lines]).forEach(say);
    tellDifferences(rows, say);
  }
  if (missing.length) say(`${missing.length} of ${experiments.length} experiments have no result yet: ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ', ...' : ''}`);
  return { rows, missing };
}

async function exportStudy(folder: string, to: unknown, say: (line: string) => void): Promise<object> {
  if (typeof to !== 'string') throw new UsageError('--out is missing (the folder to write to)');
  const { json, experiments } = await openStudy(folder);
  const { model, data } = defined(experiments[0]).spec;
  const opened = { ...(await openModel(await modelTree(model))), id: model };
  const { files, python, left } = await studyBundle(opened, await openData(data), experiments, { onHub: !existsSync(model) && isHubId(model), study: json });
  await writeAll(to, files.map(({ path, parts }) => ({ path, bytes: parts })));
  for (const { name, why } of left) say(`${name} is left out: ${why}`);
  say(`${python.length} of ${experiments.length} experiments written to ${to}; its README.md says how they are run`);
  return { out: to, python, left };
}

/** Runs at a path: results, and runs by whatever name. */
async function candidates(path: string): Promise<{ name: string | null; hash: string; run: RunRecord; adapters: string | null }[]> {
  const isFolder = existsSync(path) && (await stat(path)).isDirectory();
  const results = join(path, 'results');
  const isResult = async (file: string) => file.endsWith('.json') && /"experiment_name"/.test(await readFile(file, 'utf8'));
  const files = isFolder ? (existsSync(results) ? (await readdir(results)).filter((file) => file.endsWith('.json')).map((file) => join(results, file)) : []) : existsSync(path) && (await isResult(path)) ? [path] : [];
  if (files.length) {
    const read = await Promise.all(files.map(async (file) => readResult(await readFile(file, 'utf8'), file)));
    return read.filter(({ success }) => success).map(({ name, hash, run }) => ({ name, hash, run, adapters: isFolder && existsSync(join(path, 'adapters', name)) ? join(path, 'adapters', name) : null }));
  }
  return (await runsIn(path)).filter(({ summary }) => summary?.final).map((run) => ({ name: null, hash: hashOf(run.spec), run, adapters: null }));
}

async function importResults(folder: string, from: string[], say: (line: string) => void): Promise<object> {
  if (!from.length) throw new UsageError('--from is missing (what to import)');
  const { experiments } = await openStudy(folder);
  let taken = 0;
  for (const { name, hash, run, adapters } of (await Promise.all(from.map(candidates))).flat()) {
    const called = name ?? run.spec.name;
    const experiment = experiments.find((one) => one.hash === hash);
    if (!experiment) {
      say(experiments.some((one) => one.name === name) ? `${called}: its settings are not those of the experiment of this name; left aside` : `${called}: no experiment of this study; left aside`);
      continue;
    }
    if (await resultOf(folder, experiment)) {
      say(`${experiment.name}: already there`);
      continue;
    }
    await writeWhole(join(folder, resultPath(experiment.name)), resultText(experiment, run));
    if (adapters) cpSync(adapters, join(folder, 'adapters', experiment.name), { recursive: true });
    say(`${experiment.name}: taken, measured on ${deviceOf(run)}`);
    taken++;
  }
  return { taken, ...(await board(folder, experiments, say)) };
}
