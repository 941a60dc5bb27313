import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, expect, test, vi } from 'vitest';
import { defined } from '../../numbers/defined';
import { readResult, resultPath, type Experiment } from '../../records/study';
import { cliFolder } from '../../testing/cliFolder';
import type { Evaluation, RunRecord } from '../../train/protocol';
import { main } from '../main';
import { openStudy } from '../studyFolder';
import { contradiction, expectedOf, type Expected } from './check';

const { at } = cliFolder('check');
const methods = [{ method: 'lora', r: 2, target_modules: ['query', 'value'] }, { method: 'randlora', r: 8, target_modules: ['query', 'value'] }, 'full', 'linear_probe'];
const grid = { model: 'vit-nano', data: 'fashion-mnist', methods, seeds: [3], train: { steps: 4, batch: 4, train_limit: 60, test_limit: 20, val_fraction: 0.25, eval_every: 2 } };
const results: { run: RunRecord; experiment: Experiment; expected: Expected }[] = [];

beforeAll(async () => {
  writeFileSync(at('grid.json'), JSON.stringify(grid));
  const lines: string[] = [];
  for (const stream of ['log', 'error'] as const) vi.spyOn(console, stream).mockImplementation((line: string) => void lines.push(line));
  const code = await main(['study', 'run', at('study'), '--spec', at('grid.json'), '--device', 'wasm']);
  vi.restoreAllMocks();
  if (code !== 0) throw new Error(lines.join('\n'));
  const { experiments, opened } = await openStudy(at('study'));
  for (const experiment of experiments) {
    const path = at('study', resultPath(experiment.name));
    results.push({ run: readResult(readFileSync(path, 'utf8'), path).run, experiment, expected: await expectedOf(opened, experiment) });
  }
});

test('nothing speaks against what was trained, whatever the method', () => {
  expect(results).toHaveLength(methods.length);
  for (const { run, experiment, expected } of results) expect([experiment.name, contradiction({ ...run, state: 'done' }, experiment, expected)]).toEqual([experiment.name, '']);
});

test('what was changed in it is found, each by itself', () => {
  const { run: trained, experiment, expected } = defined(results[0]);
  const right = trained.summary!.final!.accuracy;
  /** The same with other numbers of its test, wherever they stand. */
  const final = (change: Partial<Evaluation>) => (run: RunRecord) => {
    const { step } = run.summary!.final!;
    for (const one of [run.summary!.final!, ...run.evaluations.filter((one) => one.split === 'test' && one.step === step)]) Object.assign(one, change);
  };
  const forgeries: Record<string, (run: RunRecord) => unknown> = {
    'a better accuracy': final({ accuracy: 0.95 }),
    'an accuracy of 7.5': final({ accuracy: 7.5, confusion: [], answers: undefined }),
    'an accuracy that no count gives': final({ accuracy: 0.333, confusion: [], answers: undefined }),
    'no accuracy': final({ accuracy: NaN, confusion: [], answers: undefined }),
    'a better accuracy without a table': final({ accuracy: right === 1 ? 0.5 : 1, confusion: [] }),
    'other accuracies of classes': final({ per_class: trained.summary!.final!.per_class.map((one) => 1 - one) }),
    'a table of other pictures': final({ confusion: trained.summary!.final!.confusion.map((row, i) => row.map((_, k) => (i === k ? 20 : 0))), accuracy: 1 }),
    'a table of fewer classes': final({ confusion: [[20]], accuracy: 1 }),
    'answers to other pictures': final({ answers: { ...trained.summary!.final!.answers!, of: '0123456789abcdef' } }),
    'fewer pictures': final({ count: 10 }),
    'no loss': final({ loss: NaN }),
    'a negative loss': final({ loss: -1 }),
    'a result that its own test does not give': (run) => Object.assign(run.summary!.final!, { loss: 0.001 }),
    'a validation of more pictures': (run) => Object.assign(defined(run.evaluations.find(({ split }) => split === 'val')), { count: 16 }),
    'a result on the validation': final({ split: 'val' }),
    'parameters of another method': (run) => Object.assign(run.summary!.plan, { adapter_parameters: 1, trainable_parameters: 1 + run.summary!.plan.head_parameters }),
    'another sum of parameters': (run) => run.summary!.plan.trainable_parameters++,
    'a longer plan': (run) => run.summary!.plan.steps++,
    'fewer steps': (run) => run.summary!.steps--,
    'a curve that ends before': (run) => run.curve.pop(),
    'a curve of two first steps': (run) => (defined(run.curve[1]).step = 1),
    'a curve without a loss': (run) => (defined(run.curve[1]).loss = NaN),
    'a curve of accuracy 2': (run) => (defined(run.curve[1]).accuracy = 2),
    'a test after its end': (run) => (defined(run.evaluations[0]).step = 5),
    'another learning rate': (run) => (run.spec.train.lr = 0.5),
    'another seed': (run) => (run.spec.train.seed = 4),
    'another method': (run) => (run.spec.method = defined(results[1]).run.spec.method),
    'a run that was stopped': (run) => (run.state = 'stopped'),
    'no summary': (run) => (run.summary = null),
    'no result': (run) => (run.summary!.final = null),
  };
  const passed = Object.entries(forgeries).filter(([, forge]) => {
    const run = { ...structuredClone(trained), state: 'done' as const };
    forge(run);
    return contradiction(run, experiment, expected) === '';
  });
  expect(passed.map(([name]) => name)).toEqual([]);
  // Said with both numbers.
  const found = { ...structuredClone(trained), state: 'done' as const };
  final({ accuracy: 0.95 })(found);
  expect(contradiction(found, experiment, expected)).toMatch(new RegExp(`0\\.95.*${right}`));
});
