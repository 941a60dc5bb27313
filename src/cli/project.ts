import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { messageOf } from '../errors/errors';
import { FormatError } from '../io/formatError';
import type { ProjectManifest } from '../io/project/manifest';
import { analysisKey, recordStore } from '../io/project/stores.meta';
import { writeProject } from '../io/project/write';
import { defined } from '../numbers/defined';
import { sentences } from '../records/oldSentence.meta';
import { runValue } from '../records/runFile';
import type { Inside, Landscape } from '../analysis/analysis.meta';
import type { RunRecord } from '../train/protocol';
import { manyFrom, UsageError, type Command } from './command';
import { foldersIn, nameIn, readFiles, readRunFile, resultsIn, studiesIn } from './runFolders';

export const command: Command = {
  help: 'puts runs, their adapters and analyses into one file that the studio opens',
  examples: ['--runs runs --out class.fullrank'],
  flags: [
    { name: 'runs', kind: 'text', value: 'A B ...', many: true, required: true, help: 'Folders of runs, as train and compare write them, or studies.' },
    { name: 'adapters', kind: 'text', value: 'NAME ...', many: true, help: 'Names of the runs whose adapters are included; by default all; "none" for none.' },
    { name: 'snapshots', kind: 'boolean', help: 'Also include snapshots, from which the page draws paths in landscapes of other runs.' },
    { name: 'analyses', kind: 'text', value: 'F.json ...', many: true, help: 'Files that landscape and analyse wrote.' },
    { name: 'out', kind: 'text', value: 'FILE.fullrank', writes: 'file', required: true, help: 'The file to write.' },
  ],
  async run(given, say) {
    const out = String(given.out);
    if (!out.endsWith('.fullrank')) throw new UsageError(`--out is ${JSON.stringify(out)}; it must end in .fullrank`);
    const found = (await Promise.all(manyFrom(given, 'runs').map(runsAt))).flat();
    const names = found.map(({ run }) => run.spec.name);
    for (const name of names) if (names.filter((other) => other === name).length > 1) throw new UsageError(`--runs holds two runs called "${name}"; runs of a project have names of their own`);
    const wanted = given.adapters === undefined ? names : given.adapters === 'none' ? [] : manyFrom(given, 'adapters');
    for (const name of wanted) if (!names.includes(name)) throw new UsageError(`--adapters names "${name}"; the runs are ${names.join(', ')}`);

    const records: { store: string; key: string; value: unknown }[] = [];
    for (const { folder, run } of found) {
      const { id } = run.spec;
      const along = wanted.includes(id);
      records.push({ store: recordStore, key: id, value: runValue({ ...run, adapter_bytes: along ? run.adapter_bytes : 0 }) });
      if (!along) continue;
      const { files, snapshots } = await readFiles(folder);
      records.push({ store: 'adapters', key: id, value: files });
      if (given.snapshots && snapshots.length) records.push({ store: 'snapshots', key: id, value: snapshots });
    }
    for (const path of manyFrom(given, 'analyses')) {
      const made = readAnalysis(await readFile(path, 'utf8'), path);
      for (const { id } of made.runs) if (!names.includes(id)) throw new UsageError(`${path} is of the run "${id}", which is not among --runs`);
      records.push({ store: 'analyses', key: analysisKey(made.format === 'fullrank-landscape' ? 'landscape' : 'inside', made.runs.map(({ id }) => id)), value: made });
    }

    const { model, data } = defined(found[0]).run.spec;
    const saved = Math.max(...found.map(({ run }) => run.ended ?? 0));
    const manifest: ProjectManifest = { format: 'fullrank-project', version: 1, app: 'Fullrank', saved, settings: { model, data }, edits: {}, records: records.map(({ store, key }) => ({ store, key })), imports: [], hub: [] };
    await mkdir(dirname(out), { recursive: true });
    // Whole or not at all.
    const temp = `${out}.${process.pid}.tmp`;
    try {
      await writeProject({ manifest, record: async (i) => defined(records[i]).value, pack: async () => new Blob() }, Writable.toWeb(createWriteStream(temp)) as WritableStream<Uint8Array>);
      await rename(temp, out);
    } finally {
      await rm(temp, { force: true });
    }
    say(`${found.length} runs, ${wanted.length} with their adapters, and ${manyFrom(given, 'analyses').length} analyses written to ${out}`);
    return { out, runs: names, adapters: wanted };
  },
};

/** Finished runs at a path, each with the folder of its adapter: those of a study, or of the way that train and compare write them. */
async function runsAt(path: string): Promise<{ folder: string; run: RunRecord }[]> {
  const studies = await studiesIn(path);
  if (studies.length === 0) return Promise.all((await foldersIn(path)).map(async (folder) => ({ folder, run: await readRun(folder) })));
  const results = await Promise.all(studies.map(async (study) => (await resultsIn(study)).filter(({ success }) => success).map(({ name, run }) => ({ folder: join(study, 'adapters', name), run: named(run, name.replaceAll('/', '-')) }))));
  return results.flat();
}

const named = (run: RunRecord, name: string): RunRecord => ({ ...run, spec: { ...run.spec, id: name, name } });

/** A run under its name, which is its id in the project. */
async function readRun(folder: string): Promise<RunRecord> {
  const run = defined((await readRunFile(join(folder, 'run.json')))[0]);
  return named(run, nameIn(run.spec, folder));
}

/** Fields of an analysis that are null if absent; elsewhere null stands for a number that JSON cannot write. */
const absent = new Set(['plane', 'pretrained', 'original', 'reference']);

/** An analysis as the page keeps it, from what `analysisJson` wrote. The page checks it field by field when it opens the project. */
function readAnalysis(text: string, path: string): Landscape | Inside {
  try {
    const json = JSON.parse(text, (key, value: unknown) => (value === null && !absent.has(key) ? NaN : value)) as Landscape | Inside;
    // A run's settings hold nulls that mean null. Its id is its folder, which is nobody's business.
    const runs = (JSON.parse(text) as typeof json).runs.map((run) => ({ ...run, id: run.name, spec: { ...run.spec, id: run.name } }));
    const kept = { runs, notes: sentences(json.notes) };
    if (json.format === 'fullrank-landscape') return { ...json, ...kept, sets: json.sets.map((set) => ({ ...set, loss: Float32Array.from(set.loss), accuracy: Float32Array.from(set.accuracy) })) };
    if (json.format === 'fullrank-inside') return { ...json, ...kept, updates: json.updates.map((list) => list.map((u) => ({ ...u, singular: Float32Array.from(u.singular) }))) };
    throw new Error('it is of another kind');
  } catch (error) {
    throw new FormatError(`${path} holds no landscape and no look inside, as --out F.json of landscape and analyse writes them: ${messageOf(error)}`);
  }
}
