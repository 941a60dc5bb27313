import { expect, test } from 'vitest';
import { defined } from '../../../numbers/defined';
import { completeTrain } from '../../../train/config';
import { experiments } from '../../../records/paper.meta';
import type { Evaluation, MethodConfig, Plan, RunSummary, TrainConfig } from '../../../train/protocol';
import { besideTable, costBeside } from './beside';
import { meanFact } from '../../core/runs/runGroups';
import { factNamed } from '../../core/runs/facts';
import { makeRun, type Run } from '../../core/runs/runs';

let made = 0;
/** A run with a result, or one that waits where there is none. */
function run(method: MethodConfig, train: Partial<TrainConfig>, accuracy: number | null, more: Partial<Run> = {}): Run {
  const id = String(made++);
  const spec = { id, name: id, model: 'm', data: 'd', method, train: completeTrain({ train_limit: 2000, ...train }), experiment: 'x' };
  const base = makeRun(spec, { modelTitle: 'm', dataTitle: 'd', classes: [] }, '', made);
  if (accuracy === null) return { ...base, ...more };
  const final = { split: 'test', accuracy, count: 500 } as Evaluation;
  return { ...base, state: 'done', evaluations: [final], summary: { final, device: {} } as RunSummary, ...more };
}

const shown = (name: string, runs: Run[]) => {
  const { parts, rest } = besideTable(defined(experiments[name]), runs);
  return { parts: parts.map(({ shots, limit, rows }) => ({ shots, limit, rows: rows.map(({ group, reported, span }) => [`${group.method} ${group.runs.length}`, reported.map(([label, value]) => `${label} ${value}`).join('; '), span]) })), rest: rest.map(([label]) => label) };
};

test('without runs all numbers of the paper stand alone', () => {
  expect(shown('table-2', [])).toEqual({ parts: [], rest: defined(experiments['table-2']).reported.rows.map(([label]) => label) });
});

test('each setting stands beside the number of the paper that is its like, defaults among them', () => {
  const seeds = [0, 1];
  const runs = [...seeds.map((seed) => run({ method: 'lora', r: 5 }, { seed }, 0.6 + 0.04 * seed)), ...seeds.map((seed) => run({ method: 'randlora', r: 8, ablation: 'a' }, { seed }, 0.5)), run({ method: 'randlora', r: 8 }, {}, null)];
  const table = shown('table-2', runs);
  expect(table.parts).toEqual([{
    shots: 0,
    limit: 2000,
    rows: [['randlora 2', 'RandLoRA-a (bases averaged, rank r) 83.62', 1], ['randlora 1', 'RandLoRA-6 (full rank) 85.98', 1], ['lora 2', 'LoRA-32 83.74', 1]],
  }]);
  expect(table.rest).toEqual(['RandLoRA-b (half the rank)']);
  expect(defined(besideTable(defined(experiments['table-2']), runs).parts[0]).rows.map(({ name }) => name)).toEqual(['RandLoRA r\u00a08, ablation\u00a0a', 'RandLoRA r\u00a08', 'LoRA r\u00a05']);
  // Also where there is nothing to tell it from.
  expect(defined(defined(besideTable(defined(experiments['table-2']), [defined(runs[2])]).parts[0]).rows[0]).name).toBe('RandLoRA r\u00a08, ablation\u00a0a');
  const lora = defined(defined(besideTable(defined(experiments['table-2']), runs).parts[0]).rows[2]).group;
  const mean = meanFact(lora, factNamed('accuracy')!)!;
  // Of two values, 0.60 and 0.64, which carry no interval.
  expect([mean.mean.toFixed(10), mean.interval]).toEqual(['0.6200000000', null]);
});

test('settings that share a number show it once, over their rows; one setting may have several numbers', () => {
  const ranks = shown('figure-1', [1, 4, 16].map((r) => run({ method: 'lora', r }, {}, 0.5)));
  expect(defined(ranks.parts[0]).rows).toEqual([['lora 1', 'LoRA-32 82.2', 3], ['lora 1', 'LoRA-32 82.2', 0], ['lora 1', 'LoRA-32 82.2', 0]]);
  const bases = shown('table-3', [run({ method: 'randlora', r: 8, bases: 'very_sparse' }, {}, 0.5)]);
  expect(defined(bases.parts[0]).rows).toEqual([['randlora 1', '93 % zeros 85.57; 98 % zeros 84.35; 99 % zeros 83.34', 1]]);
});

test('few pictures come before many, and only all of the data stands beside 100 %', () => {
  const of = (train: Partial<TrainConfig>) => run({ method: 'lora', r: 5 }, train, 0.5);
  const { parts } = shown('figure-2', [of({}), of({ train_limit: 1000 }), of({ shots: 16 }), of({ shots: 1 }), of({ train_limit: 0 })]);
  expect(parts.map(({ shots, limit, rows }) => [shots, limit, defined(rows[0])[1]])).toEqual([
    [1, 2000, '1 shot: LoRA 59.3'],
    [16, 2000, '16 shots: LoRA 72.6'],
    [0, 1000, ''],
    [0, 2000, '100 %: LoRA-32 82.2'],
    [0, 0, '100 %: LoRA-32 82.2'],
  ]);
});

test('time and memory are shares of full fine-tuning’s on the same device', () => {
  const cost = (method: string, seconds: number, bytes: number, description = 'gpu'): Run => run({ method }, {}, 0.5, { seconds, lastStep: 10, plan: { bytes: { temp: bytes } } as unknown as Plan, summary: { final: { split: 'test', accuracy: 0.5, count: 9 }, device: { description } } as RunSummary });
  const table = (runs: Run[]) => {
    const groups = defined(besideTable(defined(experiments['table-10']), runs).parts[0]).rows.map(({ group }) => group);
    return Object.fromEntries(groups.map((group) => [group.method, costBeside(group, groups)]));
  };
  expect(table([cost('lora', 18, 75), cost('full', 20, 100)])).toEqual({ lora: { time: 0.9, memory: 0.75 }, full: { time: 1, memory: 1 } });
  expect(table([cost('lora', 18, 75)]).lora).toEqual({ time: null, memory: null });
  expect(table([cost('lora', 18, 75, 'other'), cost('full', 20, 100), cost('full', 20, 100)]).lora).toEqual({ time: null, memory: 0.75 });
});
