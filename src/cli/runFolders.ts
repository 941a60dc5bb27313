import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { AnalysisInput } from '../analysis/opened';
import { folderTree } from '../io/fileTree.node';
import { FormatError } from '../io/formatError';
import { defined } from '../numbers/defined';
import { maxRunsBytes, readRuns } from '../records/runFile';
import { readResult, type Result } from '../records/study';
import type { RunFiles } from '../analysis/analysis.meta';
import { openImageModel } from '../train/openModel';
import type { RunRecord, RunSpec } from '../train/protocol';
import { SNAPSHOTS } from './checkpoints';
import { manyFrom, UsageError, type Flag, type Given } from './command';
import { modelTree, openData } from './files';

/** Flags of every command that looks at trained runs. */
export const runFlags: Flag[] = [
  { name: 'runs', kind: 'text', many: true, value: 'A B C', required: true, help: 'Folders that fullrank train or compare wrote.' },
  { name: 'model', kind: 'text', value: 'NAME|FOLDER', help: 'Model of the runs; by default the one that run.json names.' },
  { name: 'data', kind: 'text', value: 'NAME|FOLDER', help: 'Data of the runs; by default those that run.json names.' },
];

/** Reads the runs of --runs: specs, model, data, and their files when they are asked for. Throws FormatError and what opening throws. */
export async function openRunFolders(given: Given): Promise<AnalysisInput> {
  const folders = manyFrom(given, 'runs').map((path) => resolve(path));
  const specs = await Promise.all(folders.map(readSpec));
  const [model, data] = [given.model ?? defined(specs[0]).model, given.data ?? defined(specs[0]).data].map(String) as [string, string];
  const same = (spec: RunSpec): RunSpec => ({ ...spec, ...(given.model === undefined ? {} : { model }), ...(given.data === undefined ? {} : { data }) });
  return { model: await openImageModel(await modelTree(model)), data: await openData(data), runs: specs.map(same), files: readFiles };
}

async function readSpec(folder: string): Promise<RunSpec> {
  const path = join(folder, 'run.json');
  if (!existsSync(path)) throw new FormatError(`${folder} has no run.json; give a folder that fullrank train --out wrote.`);
  const { spec } = defined((await readRunFile(path))[0]);
  return { ...spec, id: folder, name: nameIn(spec, folder) };
}

/** The runs of a run.json or a file of runs. Throws FormatError. */
export async function readRunFile(path: string): Promise<RunRecord[]> {
  const { size } = await stat(path);
  if (size > maxRunsBytes) throw new FormatError(`${path} has ${Math.ceil(size / 2 ** 20)} MiB; files of runs are read up to ${maxRunsBytes / 2 ** 20} MiB.`);
  return readRuns(await readFile(path), path);
}

/** The folders of runs at a path: itself, or those in it, as `compare` writes them. Throws UsageError. */
export async function foldersIn(path: string): Promise<string[]> {
  if (existsSync(join(path, 'run.json'))) return [path];
  const inside = existsSync(path) ? (await readdir(path)).sort().map((name) => join(path, name)).filter((folder) => existsSync(join(folder, 'run.json'))) : [];
  if (!inside.length) throw new UsageError(`--runs: neither "${path}" nor a folder in it holds a run.json`);
  return inside;
}

/** File that makes a folder a study. */
export const STUDY = 'study.json';

/** Folders of studies at a path: itself, or those in it. */
export async function studiesIn(path: string): Promise<string[]> {
  if (existsSync(join(path, STUDY))) return [path];
  const inside = await readdir(path).catch(() => [] as string[]);
  return inside.sort().map((name) => join(path, name)).filter((folder) => existsSync(join(folder, STUDY)));
}

/** All results that lie in a study, also those that failed. Throws FormatError. */
export async function resultsIn(folder: string): Promise<Result[]> {
  const root = join(folder, 'results');
  const files = existsSync(root) ? (await readdir(root)).filter((file) => file.endsWith('.json')).sort() : [];
  return Promise.all(files.map(async (file) => readResult(await readFile(join(root, file), 'utf8'), join(root, file))));
}

/** A run's name; its folder's where it was given none. */
export const nameIn = (spec: RunSpec, folder: string): string => (spec.name !== 'run' ? spec.name : basename(folder));

/** Reads the files that a run left in its folder. */
export async function readFiles(folder: string): Promise<RunFiles> {
  const tree = await folderTree(folder);
  const out: RunFiles = { files: [], snapshots: [] };
  for (const path of tree.paths()) {
    const step = new RegExp(`^${SNAPSHOTS}/(\\d+)\\.safetensors$`).exec(path);
    if (step) out.snapshots.push({ step: Number(step[1]), bytes: await tree.read(path) });
    else if (path !== 'run.json' && !path.includes('/')) out.files.push({ path, bytes: await tree.read(path) });
  }
  return out;
}
