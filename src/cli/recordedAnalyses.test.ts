import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import type { Inside, Landscape } from '../analysis/analysis.meta';
import { sentences } from '../records/oldSentence.meta';
import { packRecording } from '../records/recording.meta';
import type { RunRecord } from '../train/protocol';

const root = resolve(import.meta.dirname, '../..');
const read = <T>(name: string): T => JSON.parse(readFileSync(resolve(root, 'benchmarks/walk', `${name}.json`), 'utf8')) as T;
const runNamed = ({ name }: { name: string }): RunRecord => read<RunRecord>(`runs/${name}`);

/** Four digits are more than a drawing shows. */
const short = (_: string, value: unknown): unknown => (typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value);

test('the recorded walk is the plane of seed 0 with its three runs, and corners and lines of the other seeds, all measured on the same pictures (vitest -u writes it anew)', async () => {
  const [landscape, ...others] = [0, 1, 2].map((seed) => read<Landscape>(`landscape-seed${seed}`)) as [Landscape, ...Landscape[]];
  for (const one of [landscape, ...others]) {
    expect(one.complete).toBe(true);
    expect(one.sets.map(({ split, images, of }) => [split, images, of])).toEqual([['train', 1562, 1562], ['test', 500, 500]]);
    expect(new Set(one.runs.map(({ spec }) => spec.train.seed)).size).toBe(1);
  }
  const runs = landscape.runs.map(runNamed);
  const { model_title = '', data_title = '', classes = [] } = runs[0]!;
  // Of a corner the test accuracy is the run's own.
  for (const one of [landscape, ...others]) expect(one.sets[1]!.corners.map(({ accuracy }) => accuracy)).toEqual(one.runs.map((run) => expect.closeTo(runNamed(run).summary!.final!.accuracy, 2) as number));
  const recording = packRecording('benchmarks/walk', { model_title, data_title, classes }, runs);
  const beside = others.map(({ runs, geometry, lines, sets }) => ({ runs: runs.map(({ id, name, method, spec }) => ({ id, name, method, spec })), geometry, lines, sets: sets.map(({ split, images, of, corners }) => ({ split, images, of, corners })) }));
  await expect(`${JSON.stringify({ landscape, others: beside, recording }, short)}\n`).toMatchFileSnapshot(resolve(root, 'src/ui/recorded/walk.json'));
});

test('the recorded look inside is of the same runs (vitest -u writes it anew)', async () => {
  const inside = read<Inside>('inside-seed0');
  const { model_title, data_title } = runNamed(inside.runs[0]!);
  await expect(`${JSON.stringify({ inside: { ...inside, notes: sentences(inside.notes) }, model_title, data_title }, short)}\n`).toMatchFileSnapshot(resolve(root, 'src/ui/recorded/inside.json'));
});
