import { existsSync, openAsBlob } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { exportRuns, runsFormats } from '../records';
import { testOf } from '../records/runs';
import { quote } from '../errors/text';
import { FormatError } from '../io/formatError';
import { readProject } from '../io/project/read';
import { recordStore } from '../io/project/stores.meta';
import { checkRun } from '../records/runFile';
import type { RunRecord, RunsFormat } from '../train/protocol';
import { manyFrom, UsageError, type Given } from './command';
import { isHubId } from '../io/hub/ids';
import { defined } from '../numbers/defined';
import { exportRun } from '../train/exportRun';
import { openImageModel } from '../train/openModel';
import { modelTree, openData, writeAll } from './files';
import { withDevice } from './gpu';
import { foldersIn, readRunFile, resultsIn, studiesIn } from './runFolders';

export const formats: string[] = [...runsFormats, 'python'];

/** Writes runs in a format of `records` into the folder `--out`. Throws UsageError or FormatError. */
export async function exportRunsCommand(given: Given, say: (line: string) => void): Promise<object> {
  if (given.format === 'python') return pythonCommand(given, say);
  const format = runsFormats.find((one) => one === given.format);
  if (!format) throw new UsageError(`--runs needs --format, one of ${formats.join(', ')}`);
  const runs = (await Promise.all(manyFrom(given, 'runs').map(runsIn))).flat();
  const out = String(given.out);
  const files = await exportRuns(runs, format, Date.now());
  await writeAll(out, files);
  say(`${runs.length} run${runs.length === 1 ? '' : 's'} written to ${out}: ${files.map(({ path }) => path).slice(0, 5).join(', ')}${files.length > 5 ? ` and ${files.length - 5} more` : ''}`);
  return { out, format: format satisfies RunsFormat, runs: runs.map(({ spec }) => spec.name), files: files.map(({ path }) => path) };
}

/** Each run, a folder with run.json and the trained adapter, as a zip that goes on in Python. */
async function pythonCommand(given: Given, say: (line: string) => void): Promise<object> {
  const out = String(given.out);
  const files: string[] = [];
  for (const folder of String(given.runs).split('\n')) {
    if (!existsSync(join(folder, 'run.json'))) throw new UsageError(`--runs: "${folder}" is no folder of a run: it has no run.json`);
    const [run] = (await runsIn(folder)) as [RunRecord];
    const { spec } = run;
    const test = testOf(run);
    const adapter = await Promise.all((await readdir(folder)).filter((path) => path !== 'run.json' && /\.(json|safetensors)$/.test(path)).map(async (path) => ({ path, bytes: new Uint8Array(await readFile(join(folder, path))) })));
    const model = { ...(await openImageModel(await modelTree(spec.model))), id: spec.model };
    const data = await openData(spec.data);
    const { name, file } = await withDevice((device) => exportRun(device, { spec, files: adapter, model, data, how: { format: 'python', facts: { data: data.title, ...(test && { accuracy: test.accuracy, images: test.count }) } }, onHub: !existsSync(spec.model) && isHubId(spec.model) }));
    await writeAll(out, [{ path: name, bytes: new Uint8Array(await file.arrayBuffer()) }]);
    say(`${name} written to ${out}; unpack it and read its README.md`);
    files.push(name);
  }
  return { out, format: 'python', files };
}

/** The runs of a path: a run's folder, a folder of such (as `compare` writes), a study or a folder of studies, a file of runs, or a project that the command line wrote. */
export async function runsIn(path: string): Promise<RunRecord[]> {
  if (!existsSync(path)) throw new UsageError(`there is nothing at ${quote(path)}`);
  const studies = await studiesIn(path);
  if (studies.length > 0) return (await Promise.all(studies.map(resultsIn))).flat().flatMap(({ success, run }) => (success ? [run] : []));
  if ((await stat(path)).isDirectory()) return (await Promise.all((await foldersIn(path)).map((folder) => readRunFile(join(folder, 'run.json'))))).flat();
  return path.endsWith('.fullrank') ? runsOfProject(path) : readRunFile(path);
}

async function runsOfProject(path: string): Promise<RunRecord[]> {
  const project = await readProject(await openAsBlob(path));
  const places = [...project.manifest.records.keys()].filter((i) => defined(project.manifest.records[i]).store === recordStore);
  if (!places.length) throw new FormatError(`${path} holds no runs in the form of the command line; open it in the studio, and export its runs there as a file of runs.`);
  return Promise.all(places.map(async (i) => checkRun(await project.record(i), `${path}: ${defined(project.manifest.records[i]).key}`)));
}
