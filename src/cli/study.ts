import { cpSync, existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { didYouMean } from '../errors/near';
import { quote } from '../errors/text';
import { isHubId } from '../io/hub/ids';
import type { RunRecord } from '../train/protocol';
import { deviceOf } from '../records/runs';
import { hashOf, isHashOf, readResult, resultPath, resultText } from '../records/study';
import { studyBundle } from '../records/studyBundle';
import { manyFrom, UsageError, wholeFrom, type Command, type Given } from './command';
import { runsIn } from './exportRuns';
import { writeAll, writeWhole } from './files';
import { checkOut } from './outs';
import { resultsIn } from './runFolders';
import { board } from './studyBoard';
import { checkRates, openStudy, resultOf, type Here } from './studyFolder';
import { runStudy, shardFrom } from './studyRun';
import { studyStatus } from './studyStatus';

/** Seconds of silence after which a claim is taken over, where --silence says nothing: a holder is heard of every ten. */
const SILENCE = 300;

const actions = ['run', 'status', 'export', 'import'];

export const command: Command = {
  help: 'runs a folder of experiments, here or elsewhere, and collects their results: run trains those that have no result and nobody else has, status says who has what, export writes files that run with PyTorch, import adds results. Exit codes of run and status: 0 all are there, 1 some failed, 3 others work on the rest, 4 (status) nobody does; 75, 130 and 143 after a signal, and the same command goes on',
  examples: ['run my-study --spec grid.json', 'status my-study', 'export my-study --out for-a-cluster'],
  words: [{ name: 'action', value: actions.join('|') }, { name: 'folder', value: 'FOLDER' }],
  computes: true,
  flags: [
    { name: 'spec', kind: 'text', value: 'FILE.json', help: 'run: makes the study of a grid as compare has it (model, data, methods, and optionally budget, seeds, train, variants, ...), as FOLDER/study.json. Where it says "lr": "auto", rates are found first, and kept in FOLDER/rates.' },
    { name: 'jobs', kind: 'integer', help: 'run: so many processes at a time; they share the folder, as processes on several machines can. 1 when left out.' },
    { name: 'shard', kind: 'text', value: 'I/N', help: 'run: the I-th of N parts of the experiments alone, from 1.' },
    { name: 'checkpoint_every', kind: 'integer', help: 'run: steps between checkpoints, instead of what the study says; a run that was cut off goes on from its last.' },
    { name: 'silence', kind: 'integer', value: 'SECONDS', help: `run, status: an experiment whose process was not heard of for so long is taken over, at once where the process is known to be gone. ${SILENCE} when left out.` },
    { name: 'model', kind: 'text', value: 'NAME|FOLDER', help: 'run, export, import: where this machine has the model, if elsewhere than the study says.' },
    { name: 'data', kind: 'text', value: 'NAME|FOLDER', help: 'run, export, import: where this machine has the data, if elsewhere than the study says.' },
    { name: 'out', kind: 'text', value: 'FOLDER', writes: 'folder', help: 'export: folder to write run.py, the experiments, their images or texts and scripts for clusters to.' },
    { name: 'from', kind: 'text', value: 'A B ...', many: true, help: 'import: folders of the same study, results, runs, or files of runs.' },
  ],
  async run(given, say) {
    const folder = String(given.folder);
    const change: Here = Object.fromEntries((['model', 'data'] as const).flatMap((name) => (given[name] === undefined ? [] : [[name, String(given[name])]])));
    const silence = wholeFrom(given, 'silence', 1, 1e6) ?? SILENCE;
    if (given.action === 'run' || given.action === 'import') await checkOut('FOLDER', folder, 'folder', true);
    if (given.action === 'run') return runStudy(folder, say, { spec: given.spec === undefined ? undefined : String(given.spec), jobs: wholeFrom(given, 'jobs', 1, 64) ?? 1, flags: flagsOf(given), shard: shardFrom(given), silence, checkpoint_every: wholeFrom(given, 'checkpoint_every', 0, 1e6), change });
    if (given.action === 'status') return studyStatus(folder, say, silence);
    if (given.action === 'export') return exportStudy(folder, given.out, change, say);
    if (given.action === 'import') return importResults(folder, manyFrom(given, 'from'), change, say);
    throw new UsageError(`there is no fullrank study ${quote(String(given.action))}.${didYouMean(String(given.action), actions)} There are ${actions.join(', ')}`);
  },
};

/** Flags that other processes of the study take over: all but those that say how many there are. */
const flagsOf = ({ action: _action, folder: _folder, spec: _spec, jobs: _jobs, json: _json, ...given }: Given): string[] =>
  Object.entries(given).flatMap(([name, value]) => [`--${name.replaceAll('_', '-')}`, ...(value === true ? [] : [value])]);

async function exportStudy(folder: string, to: unknown, change: Here, say: (line: string) => void): Promise<object> {
  if (typeof to !== 'string') throw new UsageError('--out is missing (the folder to write to)');
  const study = await openStudy(folder, undefined, change);
  checkRates(folder, study);
  const { json, experiments, here: { model }, opened } = study;
  const { files, python, left } = await studyBundle(opened, experiments, { onHub: !existsSync(model) && isHubId(model), study: json });
  await writeAll(to, files.map(({ path, parts }) => ({ path, bytes: parts })));
  for (const { name, why } of left) say(`${name} is left out: ${why}`);
  say(`${python.length} of ${experiments.length} experiments written to ${to}; its README.md says how they are run`);
  return { out: to, python, left };
}

/** Runs at a path: results, and runs by whatever name. */
async function candidates(path: string): Promise<{ name: string | null; hash: string; run: RunRecord; adapters: string | null }[]> {
  const isFolder = existsSync(path) && (await stat(path)).isDirectory();
  const isResult = async (file: string) => file.endsWith('.json') && /"experiment_name"/.test(await readFile(file, 'utf8'));
  const results = isFolder ? await resultsIn(path) : existsSync(path) && (await isResult(path)) ? [readResult(await readFile(path, 'utf8'), path)] : [];
  if (results.length > 0) return results.filter(({ success }) => success).map(({ name, hash, run }) => ({ name, hash, run, adapters: isFolder && existsSync(join(path, 'adapters', name)) ? join(path, 'adapters', name) : null }));
  return (await runsIn(path)).filter(({ summary }) => summary?.final).map((run) => ({ name: null, hash: hashOf(run.spec), run, adapters: null }));
}

async function importResults(folder: string, from: string[], change: Here, say: (line: string) => void): Promise<object> {
  if (!from.length) throw new UsageError('--from is missing (what to import)');
  const study = await openStudy(folder, undefined, change);
  const { experiments } = study;
  let taken = 0;
  for (const { name, hash, run, adapters } of (await Promise.all(from.map(candidates))).flat()) {
    const called = name ?? run.spec.name;
    const experiment = experiments.find((one) => isHashOf(hash, one));
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
  return { taken, ...(await board(folder, study, say)) };
}
