import { openAsBlob } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readProject } from '../io/project/read';
import { recordStore } from '../io/project/stores.meta';
import { defined } from '../numbers/defined';
import { sentences } from '../records/oldSentence.meta';
import type { AnalysedRun, Inside, Landscape } from '../analysis/analysis.meta';
import type { RunRecord } from '../train/protocol';
import { packRecording } from '../records/recording.meta';

const root = resolve(import.meta.dirname, '../..');
const project = 'public/projects/fashion-mnist.fullrank';

/** Four digits are more than a drawing shows. */
const short = (_: string, value: unknown): unknown => (value instanceof Float32Array ? Array.from(value) : typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value);

const file = await readProject(await openAsBlob(resolve(root, project)));
const find = async (store: string, key: (key: string) => boolean) => file.record(file.manifest.records.findIndex((one) => one.store === store && key(one.key)));
const recordOf = async (id: string) => (await find(recordStore, (key) => key === id)) as RunRecord;
/** Runs with the step of their weights, where training went on from there: the runs themselves are not kept beside. */
const dated = (runs: AnalysedRun[]): Promise<AnalysedRun[]> =>
  Promise.all(
    runs.map(async (run) => {
      const { summary, curve } = await recordOf(run.id);
      return summary?.final && summary.final.step < curve.length ? { ...run, step: summary.final.step } : run;
    }),
  );

test('the recorded walk of the lesson is the landscape of the project that comes with the page, with its three runs (vitest -u writes it anew)', async () => {
  const kept = (await find('analyses', (key) => key.startsWith('landscape'))) as Landscape;
  const landscape = { ...kept, runs: await dated(kept.runs) };
  const runs = await Promise.all(landscape.runs.map(({ id }) => recordOf(id)));
  const { model_title = '', data_title = '', classes = [] } = defined(runs[0]);
  const recording = packRecording(`${project}: ${landscape.runs.map(({ id }) => id).join(', ')}`, { model_title, data_title, classes }, runs);
  await expect(`${JSON.stringify({ landscape, recording }, short)}\n`).toMatchFileSnapshot(resolve(root, 'src/ui/recorded/walk.json'));
});

test('the recorded look inside is that of the same project (vitest -u writes it anew)', async () => {
  const kept = (await find('analyses', (key) => key.startsWith('inside'))) as Inside;
  const inside = { ...kept, runs: await dated(kept.runs), notes: sentences(kept.notes) };
  const { model_title, data_title } = await recordOf(defined(inside.runs[0]).id);
  await expect(`${JSON.stringify({ inside, model_title, data_title }, short)}\n`).toMatchFileSnapshot(resolve(root, 'src/ui/recorded/inside.json'));
});
