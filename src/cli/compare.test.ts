import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { cliFolder } from '../testing/cliFolder';
import { unpackRecording, type Recording } from '../records/recording.meta';
import { rightOfEach } from '../train/answers.meta';
import type { Evaluation, RunRecord } from '../train/protocol';
import { gridNames, type CompareRow } from './compare';
import { experiments } from '../records/paper.meta';
import { main } from './main';

const { at, out } = cliFolder('compare');
const json = <T>(...path: string[]): T => JSON.parse(readFileSync(at(...path), 'utf8')) as T;

test('a grid over shots at a budget: no method takes more work than it may, and all are measured on the same images of every class', async () => {
  writeFileSync(at('spec.json'), JSON.stringify({ model: 'vit-nano', data: 'fashion-mnist', budget: 43_000, methods: ['vera'], variants: [{ shots: 1 }, { shots: 2 }], train: { steps: 1, batch: 4, test_limit: 20 } }));
  const compare = ['compare', '--spec', at('spec.json'), '--out', at('grid'), '--record', at('recording.json'), '--busy'];
  expect(await main(compare)).toBe(0);
  const { rows } = json<{ rows: CompareRow[] }>('grid', 'compare.json');
  expect(rows).toHaveLength(2);
  for (const row of rows) {
    expect(row.work).toBeLessThanOrEqual(1.3);
    expect(row.note).toMatch(/^It would take [\d.]+ times the work of full fine-tuning at r \d+; r \d+ is its largest setting within 1\.3 times\.(?:;|$)/);
  }
  const runs = [1, 2].map((shots) => json<RunRecord>('grid', `vera-r-${String(defined(rows[0]).config.r)}-shots${shots}-seed0`, 'run.json'));
  expect(runs.map(({ spec }) => [spec.train.shots, spec.train.limit_rule, spec.budget])).toEqual([[1, 'stratified', 43_000], [2, 'stratified', 43_000]]);
  const pictures = ({ confusion }: Pick<Evaluation, 'confusion'>) => confusion.map((row) => row.reduce((all, count) => all + count, 0));
  for (const { summary } of runs) expect(pictures(summary!.final!)).toEqual(new Array(10).fill(2));
  // Nobody followed them: their results are recorded, without curves.
  const recording = json<Recording>('recording.json');
  expect([recording.budget, recording.busy]).toEqual([43_000, true]);
  expect(recording.notes!.vera!).toBe(defined(rows[0]).note);
  expect(unpackRecording(recording).map(({ curve, summary }) => [curve.length, summary!.final!.accuracy])).toEqual(runs.map(({ summary }) => [0, summary!.final!.accuracy]));

  // The same images where a trained run is evaluated again.
  expect(await main(['eval', '--model', 'vit-nano', '--adapter', at('grid', defined(runs[0]).spec.name), '--data', 'fashion-mnist', '--limit', '20', '--json', at('eval.json')])).toBe(0);
  expect(json<Evaluation>('eval.json').confusion).toEqual(defined(runs[0]).summary!.final!.confusion);

  // Which of the twenty were right is kept, in the recording too, and compares the two settings in pairs.
  const answers = runs.map(({ summary }) => summary!.final!.answers!);
  expect(runs.map(({ summary }) => rightOfEach(summary!.final!)?.length)).toEqual([20, 20]);
  expect(unpackRecording(recording).map(({ summary }) => summary!.final!.answers)).toEqual(answers);
  expect(defined(answers[0]).of).toBe(defined(answers[1]).of);
  expect(rows.map(({ to_best }) => to_best?.basis).sort()).toEqual(['pictures', undefined]);

  out.length = 0;
  expect(await main(compare)).toBe(0);
  expect(out.filter((line) => line.endsWith(': already there'))).toHaveLength(2);
  const [, told] = out.slice(out.findIndex((line) => line.startsWith('beside VeRA')));
  expect(told).toMatch(/^VeRA .* paired by picture, 1 seed +other pictures, not other seeds$/);

  // Runs that are there are recorded as well; of one model and data set, and only of settings among them.
  expect(await main(['compare', '--runs', at('grid'), '--record', at('again.json')])).toBe(0);
  expect(json<Recording>('again.json')).toMatchObject({ model_title: recording.model_title, data_title: recording.data_title, classes: recording.classes, runs: recording.runs.map(({ spec }) => ({ spec: { name: spec.name } })) });
  expect(await main(['compare', '--runs', at('grid'), '--record', at('again.json'), '--settings', 'lora/r-8'])).toBe(2);
  expect(out.at(-1)).toMatch(/--settings: there is no "lora\/r-8" among vera\/r-\d+/);

  expect(await main([...compare, '--max-work', 'much'])).toBe(2);
  expect(out.at(-1)).toMatch(/--max-work is "much"; it must be a number/);
});

test('runs that end early and weigh their classes say so, and are tabulated with balanced accuracy and macro-F1', async () => {
  const train = { steps: 60, batch: 4, lr: 0.01, train_limit: 40, test_limit: 20, class_weights: 'balanced', early_stopping_patience: 1, early_stopping_threshold: 50 };
  writeFileSync(at('early.json'), JSON.stringify({ model: 'vit-nano', data: 'fashion-mnist', methods: ['linear_probe'], train }));
  out.length = 0;
  expect(await main(['compare', '--spec', at('early.json'), '--out', at('early')])).toBe(0);
  const run = json<RunRecord>('early', 'linear_probe-seed0', 'run.json');
  // Two evaluations, of which no second one can be lower by so much.
  expect([run.state, run.summary!.steps, run.curve.length, run.summary!.early_stopping]).toEqual(['done', 6, 6, { eval_every: 3, held: 10, evaluations: 1, stopped: true }]);
  expect(run.evaluations.map(({ split, step }) => [split, step])).toEqual([['val', 3], ['val', 6], ['test', run.summary!.best!.step]]);
  const printed = out.join('\n');
  expect(printed).toContain('early stopping: no validation share is set, so 10 of 40 training images are held out, some of each class; evaluated every 3 steps, and ended after one evaluation without a lower validation loss');
  expect(printed).toMatch(/stopped early after step 6 of 60: the validation loss has not improved for one evaluation; the weights of step [36] are kept/);
  expect(printed).toContain('linear_probe: early stopping ended runs after step 6 of 60');
  const { rows: [row] } = json<{ rows: [CompareRow] }>('early', 'compare.json');
  // Two test pictures of each class: the mean of the classes is the mean of all.
  expect(row.balanced_accuracy).toBeCloseTo(row.mean, 12);
  expect(row.stopped_early).toEqual([6]);
  expect(printed).toMatch(new RegExp(`Linear probe .*${(100 * row.balanced_accuracy!).toFixed(1)} +${(100 * row.macro_f1!).toFixed(1)}`));
});

test('an experiment of the paper by its name, on what comes with the project: its own numbers stand below those that were measured', async () => {
  const { small } = defined(experiments['table-10']);
  // A step of it.
  small.train = { ...small.train, steps: 1, batch: 4, train_limit: 40, test_limit: 20 };
  small.variants = [{ train_share: 0.5 }];
  out.length = 0;
  expect(await main(['compare', '--spec', 'paper/table-10/small', '--out', at('paper')])).toBe(0);
  const { rows, spec, paper } = json<{ rows: CompareRow[]; spec: { variants: object[] }; paper: { of: string; rows: string[][] } }>('paper', 'compare.json');
  expect(rows.map(({ method }) => method)).toEqual(['lora', 'randlora', 'full']);
  expect(spec.variants).toEqual([{ train_limit: 20 }]);
  // Whoever opens the run finds it beside the paper's numbers.
  expect(json<RunRecord>('paper', 'lora-r-5-train_limit20-seed0', 'run.json').spec.experiment).toBe('table-10');
  expect(paper.rows).toContainEqual(['ViT-B/32: RandLoRA', '113 / 78']);
  const printed = out.join('\n');
  expect(printed).toContain("The paper's own numbers (time / memory in % of full fine-tuning), which nothing here has measured:");
  expect(printed.indexOf('113 / 78')).toBeGreaterThan(printed.indexOf('test accuracy %'));
});

test('an experiment that is none, and one that needs a model or data, are refused', async () => {
  writeFileSync(at('no-model.json'), JSON.stringify({ data: 'fashion-mnist', methods: ['lora'] }));
  for (const [spec, says] of [['paper/table-9', /paper\/table-9 is no experiment of the paper\. Write paper\/NAME, or paper\/NAME\/small, with one of these names: figure-1, .*\./], [at('no-model.json'), /model: give one, here or with --model/], ['paper/figure-1', /data: give one, here or with --data/]] as const) {
    out.length = 0;
    expect(await main(['compare', '--spec', spec, '--out', at('none')])).toBeGreaterThan(0);
    expect(out.join('\n')).toMatch(says);
  }
});

test('settings of one method have folders of their own, in every experiment of the paper too', async () => {
  const coop = { method: 'coop' };
  expect(gridNames([coop, { ...coop, class_specific: true }, { ...coop, ctx_init: 'a photo of a' }])).toEqual(['', 'class_specific-true', 'ctx_init-a-photo-of-a']);
  expect(gridNames([{ method: 'lora', r: 4 }, { method: 'lora', r: 8 }])).toEqual(['r-4', 'r-8']);
  for (const [name, { full, small }] of Object.entries(experiments)) {
    for (const { methods } of [full, small]) {
      const configs = methods.map((one) => (typeof one === 'string' ? { method: one } : one));
      const names = gridNames(configs).map((called, i) => `${defined(configs[i]).method} ${called}`);
      expect(new Set(names).size, `${name}: ${names.join(', ')}`).toBe(methods.length);
    }
  }

  const train = { steps: 1, batch: 4, train_limit: 20, test_limit: 20 };
  writeFileSync(at('pair.json'), JSON.stringify({ model: 'vit-nano', data: 'fashion-mnist', methods: [{ method: 'randlora', r: 32 }, { method: 'randlora', r: 32, ablation: 'a' }], train }));
  out.length = 0;
  expect(await main(['compare', '--spec', at('pair.json'), '--out', at('pair')])).toBe(0);
  expect(json<RunRecord>('pair', 'randlora-r-32-ablation-a-seed0', 'run.json').spec.method.ablation).toBe('a');
  // The table says which is which.
  expect(out.filter((line) => /^RandLoRA {2,}r 32(, ablation a)? {2,}/.test(line))).toHaveLength(2);
});
