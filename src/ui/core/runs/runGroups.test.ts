import { methodFields } from '../../../adapters/fields';
import { beforeEach, expect, test } from 'vitest';
import { defined } from '../../../numbers/defined';
import { runRecord } from '../../../testing/runRecord';
import type { MethodConfig, ModelInfo } from '../../../train/protocol';
import { pointsOf } from '../figures/points';
import { differenceCsv, differenceTable } from '../figures/printed';
import { sentencesOf } from '../figures/sentences';
import { latexTable } from '../../kit/print/tables';
import { reportPage } from '../../../records/report/page';
import { rankedParts } from './rankedParts';
import { useCatalog } from '../data/catalog';
import { differing } from './columns';
import { comparisons, unequal } from '../../../records/report/groups';
import { factNamed } from './facts';
import { rank } from './findings';
import { caveatsOf, groupRuns, hasHead, inSentence, listed, meanFact, nameOf, offBudgets, verdict, wholeNameOf } from './runGroups';
import { likeTimed, markedFor, timedAlike, unlikeTimed } from './timing';
import { typicalSeconds } from './typical';
import { Curve } from './metrics';
import { setCurve } from './metrics';
import { recordOf, runOf } from './runRecords';
import { useRuns, type Run } from './runs';
import { groupsOf } from './seedGroups';
import { firstDifference, twins } from './table';

beforeEach(() => useRuns.setState(useRuns.getInitialState(), true));

let next = 0;
/** A finished run with this accuracy. */
function run(accuracy: number, seed: number, method: MethodConfig = { method: 'lora', r: 8 }, change: Partial<Run> = {}): Run {
  const { run: made, curve } = runOf(runRecord({ state: 'done', created: ++next }, { seed }, method), `run${next}`);
  setCurve(made.id, curve);
  // Twenty pictures of four classes: none of these accuracies is chance.
  const final = { ...made.summary!.final!, accuracy, confusion: [0, 1, 2, 3].map((label) => [0, 1, 2, 3].map((predicted) => (predicted === label ? 5 : 0))) };
  return { ...made, summary: { ...made.summary!, final }, ...change };
}
const accuracy = factNamed('accuracy')!;
const vera = { method: 'vera', r: 100 };

test('runs that differ in their seed alone are one row with a mean and an interval; what failed is counted and left out', () => {
  const runs = [run(0.69, 0), run(0.7, 1), run(0.71, 2), run(0.1, 3, undefined, { state: 'failed' }), run(0.6, 0, vera)];
  const groups = groupRuns(runs, 'seed');
  expect(groups.map(({ method, runs: all, failed, seeds }) => [method, all.length, failed, seeds])).toEqual([['lora', 4, 1, [0, 1, 2]], ['vera', 1, 0, [0]]]);
  expect(meanFact(defined(groups[0]), accuracy)).toMatchObject({ n: 3, mean: expect.closeTo(0.7, 9), interval: expect.closeTo(0.0248, 4) });
  expect(meanFact(defined(groups[1]), accuracy)).toMatchObject({ n: 1, interval: null });
});

test('runs of a group are listed by their seeds, those of one setting together', () => {
  const group = defined(groupRuns([run(0.7, 0), run(0.7, 3), run(0.6, 1, { method: 'lora', r: 4 }), run(0.7, 1), run(0.6, 0, { method: 'lora', r: 4 })], 'method')[0]);
  expect(listed(group).map(({ spec }) => [spec.method.r, spec.train.seed])).toEqual([[8, 0], [8, 1], [8, 3], [4, 0], [4, 1]]);
});

test('the same run once more is no second measurement', () => {
  const group = defined(groupRuns([run(0.7, 0), run(0.7, 0), run(0.72, 1), run(0.1, 4, undefined, { state: 'failed' })], 'seed')[0]);
  expect(group.counted).toHaveLength(2);
  // It has a result: it is neither failed nor unfinished.
  expect([group.again, group.failed, group.runs.length]).toEqual([1, 1, 4]);
});

test('a new head is spoken of where one is trained alone', () => {
  const without = run(0.7, 1);
  expect(hasHead(groupRuns([run(0.7, 0)], 'seed'))).toBe(true);
  expect(hasHead(groupRuns([{ ...without, plan: { ...without.plan!, head_parameters: 0 } }], 'seed'))).toBe(false);
  expect(hasHead(groupRuns([{ ...without, plan: null }], 'seed'))).toBe(false);
});

const lora = (change: object = {}) => ({ method: 'lora', r: 8, lora_alpha: 8, target_modules: ['query', 'value'], ...change });
/** A finished run of LoRA with these training settings. */
const trained = (train: object, method: MethodConfig = lora(), change: Partial<Run> = {}): Run => {
  const made = run(0.7, 0, method, change);
  return { ...made, spec: { ...made.spec, train: { ...made.spec.train, ...train } } };
};

test('how often a run is looked at, saved and on how much it is tested tells no groups apart', () => {
  const groups = groupRuns([trained({}), trained({ seed: 1, eval_every: 7 }), trained({ seed: 2, checkpoint_every: 3, snapshots: 6, test_limit: 20 })], 'seed');
  expect(groups.map((group) => [nameOf(group), group.seeds])).toEqual([['LoRA r 8', [0, 1, 2]]]);
});

test('a name is method and setting, and one thing more where that is not enough; the rest is in the whole name', () => {
  const names = (...runs: Run[]) => groupRuns(runs, 'seed').map((group) => nameOf(group));
  // The setting is enough, whatever else differs.
  expect(names(trained({}), trained({ steps: 9, lr: 0.01, weight_decay: 0 }, lora({ r: 4 })))).toEqual(['LoRA r 8', 'LoRA r 4']);
  // It is not: the steps tell them apart, the cadence is not told.
  expect(names(trained({ steps: 10, eval_every: 1 }), trained({ steps: 20, eval_every: 2 }))).toEqual(['LoRA r 8, steps 10', 'LoRA r 8, steps 20']);
  const many = groupRuns([trained({ steps: 10, batch: 2, lr: 0.1, weight_decay: 1 }), trained({ steps: 20, batch: 2, lr: 0.1, weight_decay: 1 }), trained({ steps: 30, batch: 4, lr: 0.2, weight_decay: 0 })], 'seed');
  for (const group of many) expect(nameOf(group)).toMatch(/^LoRA r 8, steps \d0$/);
  expect(wholeNameOf(defined(many[2]))).toMatch(/steps 30.*batch 4.*lr 0\.2.*weight decay 0/);
});

test('columns show data by their title, and shares in percent', () => {
  const other = trained({ val_fraction: 0.2 }, undefined, { dataTitle: 'my hand signs' });
  const runs = [trained({ val_fraction: 0.04 }, undefined, { dataTitle: 'Fashion-MNIST (subset)' }), { ...other, spec: { ...other.spec, data: 'else' } }];
  expect(differing(runs).map(({ name, show }) => [name, ...runs.map(show)])).toEqual([['data', 'Fashion-MNIST (subset)', 'my hand signs'], ['val_fraction', '4 %', '20 %']]);
});

test('by person groups keep their settings; recorded runs are nobody’s: they are called so, once', () => {
  const groups = groupRuns([run(0.7, 0), run(0.6, 0, undefined, { id: 'recorded 0' })], 'who');
  expect(groups.map(nameOf)).toEqual(['LoRA r 8, yours', 'LoRA r 8, recorded']);
  expect(wholeNameOf(defined(groups[1]))).toBe('LoRA r 8, recorded');
  const bens = defined(groupRuns([run(0.7, 0, undefined, { theirs: { id: 'x', at: 0, by: 'Ben', file: 'class' } })], 'who')[0]);
  expect([nameOf(bens), wholeNameOf(bens)]).toEqual(['LoRA r 8', 'LoRA r 8, from Ben']);
  // Of several settings none is the name.
  expect(groupRuns([run(0.7, 0), run(0.7, 0, { method: 'lora', r: 4 })], 'who').map(nameOf)).toEqual(['LoRA']);
});

test('layers that a model has adapted anyway tell nothing apart, spelled or left out, and neither does how a run is looked at', () => {
  useCatalog.setState({ models: [{ id: trained({}).spec.model, target_modules: '.*(query|value)' }] as ModelInfo[] });
  const bare = trained({}, { method: 'lora', r: 8 }, { id: 'recorded 0' });
  const spelled = trained({ seed: 1, eval_every: 3, checkpoint_every: 2, snapshots: 6, test_limit: 20 }, { method: 'lora', r: 8, target_modules: '.*(query|value)' });
  expect(differing([bare, spelled]).map(({ name }) => name)).toEqual(['seed']);
  expect(groupRuns([bare, spelled], 'seed').map(nameOf)).toEqual(['LoRA r 8, recorded', 'LoRA r 8, yours']);
  expect(groupRuns([{ ...bare, id: 'own' }, spelled], 'seed')).toHaveLength(1);
  // Other layers do.
  const other = trained({ seed: 1 }, { method: 'lora', r: 8, target_modules: ['key', 'query'] });
  expect(groupRuns([spelled, other], 'seed').map(nameOf)).toEqual(['LoRA r 8', 'LoRA r 8, target_modules key query']);
  useCatalog.setState(useCatalog.getInitialState(), true);
});

test('recorded runs are never put together with others, and what is said names their source', () => {
  const recorded = trained({}, lora(), { id: 'recorded 0' });
  const anna = trained({ seed: 1 }, lora(), { theirs: { file: 'anna.runs.json', id: 'x', at: 0 } });
  const both = groupRuns([recorded, trained({})], 'seed');
  expect(both.map((group) => [nameOf(group), group.counted.length])).toEqual([['LoRA r 8, recorded', 1], ['LoRA r 8, yours', 1]]);
  expect(groupRuns([recorded], 'seed').map(nameOf)).toEqual(['LoRA r 8']);
  expect(groupRuns([recorded, anna], 'seed').map(nameOf)).toEqual(['LoRA r 8, recorded', 'LoRA r 8, from anna']);
  expect(groupRuns([trained({}), anna, trained({}, vera)], 'seed').map(nameOf)).toEqual(['LoRA r 8, yours and anna’s', 'VeRA r 100']);
});

test('what is said of the means has their uncertainty', () => {
  const paired = expect.stringMatching(/^Runs are compared in pairs of the same seed; /) as string;
  const alike = groupRuns([run(0.7, 0), run(0.72, 1), run(0.71, 2), run(0.69, 0, vera), run(0.73, 1, vera), run(0.7, 2, vera)], 'seed');
  expect(verdict(alike)).toEqual([expect.stringMatching(/^LoRA r 8 is highest, but VeRA r 100 is not distinguishable from it over 3 seeds/), paired]);
  // Who is highest among means is not so where a single run is as high.
  const topped = groupRuns([...alike.flatMap(({ runs }) => runs), run(0.71, 0, { method: 'vera', r: 9 }), run(0.5, 0, { method: 'vera', r: 10 })], 'seed');
  expect(verdict(topped)).toEqual([expect.stringMatching(/^Among those of three seeds or more: LoRA r 8 is highest, but VeRA r 100 is not/), paired, 'One seed of VeRA r 9 and VeRA r 10: their differences may be chance.']);
  const tied = groupRuns([run(0.7, 0), run(0.72, 1), run(0.71, 2), run(0.7, 0, vera), run(0.73, 1, vera), run(0.7, 2, vera)], 'seed');
  expect(verdict(tied)).toEqual(['LoRA r 8 and VeRA r 100 have the same mean over 3 seeds, the highest.', paired]);
  const apart = groupRuns([run(0.9, 0), run(0.91, 1), run(0.9, 2), run(0.5, 0, vera), run(0.51, 1, vera), run(0.5, 2, vera)], 'seed');
  expect(verdict(apart)).toEqual(['LoRA r 8 is better than VeRA r 100 by 40.0 points (95 % interval 34.9 to 45.1).', paired]);
  // First who is best and what it cannot be told from, then what it is better than.
  const both = groupRuns([...alike, ...apart].flatMap(({ runs }) => runs).map((one) => (one.spec.method.method === 'vera' && one.summary!.final!.accuracy < 0.6 ? { ...one, spec: { ...one.spec, method: { method: 'vera' as const, r: 5 } } } : one)).filter(({ summary }) => summary!.final!.accuracy < 0.8), 'seed');
  expect(verdict(both)).toEqual(['LoRA r 8 is highest, but VeRA r 100 is not distinguishable from it over 3 seeds.', expect.stringMatching(/^LoRA r 8 is better than VeRA r 5 by /), paired]);
  // The table of differences and the report say the same of them.
  expect(defined(rankedParts(both)[0]).ranked.map(({ group, verdict }) => [nameOf(group), verdict])).toEqual([['LoRA r 8', 'best'], ['VeRA r 100', 'alike'], ['VeRA r 5', 'below']]);
  const page = reportPage(both.flatMap(({ runs }) => runs).map((one) => recordOf(one, new Curve(), '')), 0);
  for (const sentence of verdict(both)) expect(page).toContain(sentence);
  expect(page).toMatch(/<th scope="row">VeRA r 100<\/th>[^\n]*?not distinguishable[^\n]*<th scope="row">VeRA r 5<\/th>[^\n]*?worse/);
  // So does what leaves for a paper, with the number of pairs that is corrected for, which goes with the selection.
  const part = defined(rankedParts(both)[0]);
  const table = differenceTable(part)!;
  expect(table.rows.map(({ cells, mark }) => [cells[0], cells.length, mark])).toEqual([['LoRA r 8', 4, 'best'], ['VeRA r 100', 4, 'alike'], ['VeRA r 5', 4, undefined]]);
  expect(latexTable(table, 'x')).toMatch(/VeRA r 5 & \$-\$20\.7 & \$-\$[\d.]+ to \$-\$[\d.]+ & (\\textless\{\} )?0\.\d+ /);
  expect(differenceCsv(part).split('\n')[2]).toMatch(/^VeRA r 100,3,-0\.3333333,-[\d.]+,[\d.]+,[\d.]+,3,not distinguishable,"paired by seed, 3 seeds"$/);
  expect([table.caption, page]).toEqual([expect.stringContaining('corrected for 3 pairs among these 3 settings (Holm)'), expect.stringContaining('corrected for 3 pairs among these 3 settings (Holm)')]);
  expect(differenceTable(defined(rankedParts(both.slice(0, 2))[0]))!.caption).toContain('corrected for 1 pair among these 2 settings (Holm)');
  const single = groupRuns([run(0.9, 0), run(0.5, 0, vera)], 'seed');
  expect(verdict(single)).toEqual([expect.stringMatching(/^One seed each: differences may be chance/)]);
  expect(verdict(groupRuns([run(0.842, 0), run(0.8421, 0, vera)], 'seed'))).toEqual(['One seed each, with equal results.']);
  expect(verdict(groupRuns([run(0.9, 0)], 'seed'))).toEqual([]);
  // Of two data sets each is spoken of by itself.
  const on = (data: string, accuracy: number, seed: number, method?: MethodConfig) => { const one = run(accuracy, seed, method); return { ...one, dataTitle: data, spec: { ...one.spec, data } }; };
  const mixed = groupRuns([on('A', 0.5, 0), on('A', 0.5, 1), ...[0, 1, 2].flatMap((seed) => [on('B', 0.6, seed), on('B', 0.9, seed, vera)])], 'data');
  expect(verdict(mixed)).toEqual([expect.stringMatching(/^VeRA on B is better than LoRA on B/), paired]);
});

/** Said of so few. */
const few = 'There are 20 test pictures: one more right answer is worth 5.0 points.';

test('a finding is about equal budgets, and says what else is not equal', () => {
  const at = (parameters: number): Partial<Run> => ({ plan: { ...runOf(runRecord(), 'x').run.plan!, adapter_parameters: parameters } });
  const three = (accuracy: number, method: MethodConfig, parameters: number) => [0, 1, 2].map((seed) => run(accuracy + seed / 1000, seed, method, at(parameters)));
  const [lora, randlora, off, full] = [three(0.5, { method: 'lora', r: 5 }, 40_960), three(0.8, { method: 'randlora', r: 8 }, 43_520), three(0.9, { method: 'vera', r: 378 }, 11_656), three(0.55, { method: 'full' }, 808_064)];
  const groups = groupRuns([...lora, ...randlora, ...off, ...full], 'seed');
  expect(verdict(groups)).toEqual(['RandLoRA r 8 is better than Full and LoRA r 5.', expect.stringMatching(/^Runs are compared in pairs of the same seed; /)]);
  expect(caveatsOf(groups)).toEqual([
    'Full (808,064 of the model’s own weights) has a fixed size, whatever the budget. The others have 40,960 to 43,520 adapter parameters.',
    'VeRA r 378 misses the budget (11,656 adapter parameters, the others 40,960 to 43,520) and is left out of the comparison at equal budgets.',
    few,
  ]);
  // What all share tells none of them, and what tells them reads as part of a sentence.
  const all = [...lora, ...randlora, ...off, ...full];
  expect(caveatsOf(groupRuns(all, 'shots'))[1]).toMatch(/^VeRA misses the budget/);
  expect(verdict(groupRuns(all, 'budget'))[0]).toMatch(/^RandLoRA with 43,520 parameters is better than Full with 808,064 parameters and LoRA with 40,960 parameters/);
  expect(caveatsOf(groupRuns(all, 'budget'))[0]).toMatch(/^Full \(808,064 of the model’s own weights\) has a fixed size, whatever the budget\. /);
  const fewer = full.map((one) => ({ ...one, dataTitle: 'digits', spec: { ...one.spec, data: 'digits', train: { ...one.spec.train, shots: 4 } } }));
  const named = (by: 'shots' | 'data') => groupRuns([...lora.map((one) => ({ ...one, dataTitle: 'Fashion-MNIST (subset)' })), ...fewer], by).map(inSentence);
  expect([named('shots'), named('data')]).toEqual([['LoRA with all pictures', 'Full with 4 shots'], ['LoRA on Fashion-MNIST (subset)', 'Full on digits']]);
  const twice = groupRuns([...lora, ...randlora, ...off, ...three(0.6, { method: 'vera', r: 377 }, 11_656)], 'seed');
  expect(caveatsOf(twice)).toEqual(['VeRA r 378 and VeRA r 377 miss the budget (11,656 adapter parameters, the others 40,960 to 43,520) and are left out of the comparison at equal budgets.', few]);
  const looked = groupRuns([...lora.map((one) => ({ ...one, spec: { ...one.spec, train: { ...one.spec.train, test_limit: 1000 } } })), ...randlora.map((one) => ({ ...one, spec: { ...one.spec, train: { ...one.spec.train, test_limit: 500 } } }))], 'seed');
  expect(caveatsOf(looked)).toEqual([expect.stringMatching(/ 500 and 1,000, /), few]);
  // Of the budget that its own runs were made for; those of older versions do not say.
  const aimed = (...budgets: (number | undefined)[]) => groupRuns([...lora, ...randlora, ...off.map((one, i) => ({ ...one, spec: { ...one.spec, budget: budgets[i % budgets.length] } }))], 'seed');
  expect([aimed(43_000), aimed(90_000), aimed(undefined), aimed(43_000, 43_000, 90_000), aimed(43_000, undefined)].map((of) => [...offBudgets(of).values()])).toEqual([[11_656 / 43_000], [11_656 / 90_000], [null], [null], [null]]);
  // A sweep over budgets has none in common: all are ranked, and that they differ is said.
  const sweep = groupRuns([...lora, ...randlora, ...three(0.6, { method: 'lora', r: 1 }, 8192)], 'seed');
  expect(verdict(sweep)[0]).toMatch(/LoRA r 1/);
  // The smaller setting of a method stands first, though it was trained last.
  expect(sweep.filter(({ method }) => method === 'lora').map(inSentence)).toEqual(['LoRA r 1', 'LoRA r 5']);
  expect(caveatsOf(sweep)).toEqual(['Budgets are not equal: adapter parameters, which leave a new head out, go from 8,192 to 43,520.', few]);
  const rates = groupRuns([...lora, ...randlora.map((one) => ({ ...one, spec: { ...one.spec, train: { ...one.spec.train, lr: 0.001, eval_every: 7 } } }))], 'seed');
  expect(caveatsOf(rates)).toEqual(['The runs also differ in lr 0.001 and 0.003, so a difference may not be due to the method.', few]);
  // In all: what misses the budget stands beside the others, and the report says the same of the same runs.
  const faster = off.map((one) => ({ ...one, spec: { ...one.spec, train: { ...one.spec.train, lr: 0.03 } } }));
  const sentences = caveatsOf(groupRuns([...lora, ...randlora, ...faster], 'seed'))[1];
  expect(sentences).toMatch(/^The runs also differ in lr 0\.003 and 0\.03, /);
  expect(rank(groupsOf([...lora, ...randlora, ...faster]))!.caveats[1]).toBe(sentences);
  expect(unequal(defined(comparisons([...lora, ...randlora, ...faster].map((one) => recordOf(one, new Curve(), '')))[0]))).toEqual([['lr', [0.003, 0.03]]]);
});

test('what trains no adapter has no adapter parameters, whatever it stands beside', () => {
  const at = (adapter_parameters: number): Partial<Run> => ({ plan: { ...runOf(runRecord(), 'x').run.plan!, adapter_parameters } });
  const of = { lora: run(0.7, 0, { method: 'lora', r: 5 }, at(40_960)), small: run(0.7, 0, { method: 'lora', r: 1 }, at(8192)), full: run(0.7, 0, { method: 'full' }, at(808_064)), probe: run(0.7, 0, { method: 'linear_probe' }, at(0)) };
  const sentences = (...runs: Run[]) => caveatsOf(groupRuns(runs, 'seed')).filter((sentence) => sentence !== few);
  expect(sentences(of.lora, of.full)).toEqual(['Full (808,064 of the model’s own weights) has a fixed size, whatever the budget. The other has 40,960 adapter parameters.']);
  expect(sentences(of.full, of.probe)).toEqual(['Full (808,064 of the model’s own weights) and Linear probe (its head alone) have a fixed size, whatever the budget.']);
  expect(sentences(of.lora, of.small, of.full, of.probe)).toEqual(['Full (808,064 of the model’s own weights) and Linear probe (its head alone) have a fixed size, whatever the budget.', 'Budgets are not equal: adapter parameters, which leave a new head out, go from 8,192 to 40,960.']);
});

test('a group of several settings is left out of findings and budgets, and its runs are counted as runs', () => {
  const at = (adapter_parameters: number): Partial<Run> => ({ plan: { ...runOf(runRecord(), 'x').run.plan!, adapter_parameters } });
  const three = (accuracy: number, method: MethodConfig, parameters: number) => [0, 1, 2].map((seed) => run(accuracy + seed / 1000, seed, method, at(parameters)));
  const runs = [...three(0.6, { method: 'lora', r: 1 }, 8192), ...three(0.6, { method: 'lora', r: 5 }, 40_960), ...three(0.8, { method: 'randlora', r: 8 }, 43_520), ...three(0.7, { method: 'full' }, 808_064)];
  const groups = groupRuns(runs, 'method');
  const sentences = sentencesOf({ runs, all: runs, by: 'method', groups }).map((sentence) => sentence.replaceAll('\u00a0', ' '));
  expect(sentences.filter((sentence) => sentence !== few)).toEqual([
    'RandLoRA is better than Full by 10.0 points (95 % interval 4.9 to 15.1).',
    expect.stringMatching(/^Runs are compared in pairs of the same seed; /),
    'LoRA pools several settings (8,192 to 40,960 adapter parameters) and is left out of the comparison.',
    'Full (808,064 of the model’s own weights) has a fixed size, whatever the budget. The other has 43,520 adapter parameters.',
    expect.stringMatching(/LoRA: 60\.1 ± 0\.1 % \(6 runs\)/),
  ]);
  expect(sentences.at(-1)).toMatch(/RandLoRA: 80\.1 ± 0\.2 % \(3 seeds\)/);
  // What all share is in their rows, and in no name.
  expect(groupRuns(runs, 'shots').map((group) => [nameOf(group), group.value])).toEqual([['RandLoRA', 'all pictures'], ['LoRA', 'all pictures'], ['Full', 'all pictures']]);
});

test('a limit of 0 is all of the set, and counts have separators', () => {
  const runs = [trained({ train_limit: 0 }), trained({ train_limit: 2000 })];
  expect(differing(runs).map(({ name, show }) => [name, ...runs.map(show)])).toEqual([['train_limit', 'all', '2,000']]);
  const groups = groupRuns(runs, 'seed');
  expect(groups.map(nameOf)).toEqual(['LoRA r 8, all training pictures', 'LoRA r 8, 2,000 training pictures']);
  expect(caveatsOf(groups)[0]).toBe('The runs also differ in training pictures all and 2,000, so a difference may not be due to the method.');
});

test('what no budget changes is named for what it trains', () => {
  const at = (adapter_parameters: number): Partial<Run> => ({ plan: { ...runOf(runRecord(), 'x').run.plan!, adapter_parameters } });
  const groups = groupRuns([run(0.7, 0, { method: 'lora', r: 5 }, at(40_960)), run(0.7, 0, { method: 'randlora', r: 8 }, at(43_520)), run(0.7, 0, { method: 'full' }, at(808_064)), run(0.7, 0, { method: 'linear_probe' }, at(0))], 'seed');
  expect(caveatsOf(groups)[0]).toBe('Full (808,064 of the model’s own weights) and Linear probe (its head alone) have a fixed size, whatever the budget. The others have 40,960 to 43,520 adapter parameters.');
});

test('sizes of a method are one line, also where the rate of each was found', () => {
  const sizes = (rate?: 'found') => groupRuns([[1, 0.014], [4, 0.003]].map(([r, lr]) => trained({ lr }, { method: 'lora', r })).map((one) => ({ ...one, spec: { ...one.spec, ...(rate && { rate }) } })), 'seed');
  expect(new Set(sizes('found').map(({ variant }) => variant)).size).toBe(1);
  expect(new Set(sizes().map(({ variant }) => variant)).size).toBe(2);
});

test('recorded runs are no further seeds of a person\'s own', () => {
  const own = [run(0.7, 0), run(0.72, 1)];
  const recorded = [run(0.5, 0), run(0.52, 1)].map((one, i) => ({ ...one, id: `recorded first-screen ${i}` }));
  const groups = groupRuns([...recorded, ...own], 'seed');
  expect(groups.map((group) => [nameOf(group), group.counted.length])).toEqual([['LoRA r 8, recorded', 2], ['LoRA r 8, yours', 2]]);
  expect(groupRuns(recorded, 'seed').map(nameOf)).toEqual(['LoRA r 8']);
});

test('within a most of parameters no size misses a budget: all are compared', () => {
  const sized = (accuracy: number, seed: number, method: MethodConfig, parameters: number) => ({ ...run(accuracy, seed, method), plan: { ...run(accuracy, seed).plan, adapter_parameters: parameters } }) as Run;
  const runs = [0, 1, 2].flatMap((seed) => [sized(0.9, seed, { method: 'randlora', r: 64 }, 46_080), sized(0.5, seed, { method: 'lora', r: 1 }, 36_864), sized(0.6, seed, { method: 'shira', r: 1 }, 36_864)]);
  const groups = groupRuns(runs, 'seed');
  expect([...offBudgets(groups).keys()]).toHaveLength(1);
  expect(offBudgets(groups.map((group) => ({ ...group, bounded: true }))).size).toBe(0);
});

test('own and recorded runs are said one after another, each marked, and never compared with each other', () => {
  const sentences = (runs: Run[], means = true) => sentencesOf({ runs, all: runs, by: 'seed', groups: groupRuns(runs, 'seed') }, means);
  const recorded = [run(0.9, 0), run(0.91, 1), run(0.9, 2), run(0.5, 0, vera), run(0.51, 1, vera), run(0.5, 2, vera)].map((one, i) => ({ ...one, id: `recorded first-screen ${i}` }));
  const better = 'LoRA r 8 is better than VeRA r 100 by 40.0 points (95 % interval 34.9 to 45.1).';
  const paired = 'Runs are compared in pairs of the same seed; the intervals cover other seeds, on these test pictures alone.';
  const waiting = { ...run(0.7, 0, { method: 'full' }), state: 'waiting' } as Run;
  expect(sentences(recorded)[0]).toBe(better);
  expect(sentences([...recorded, waiting])[0]).toBe(`Recorded runs: ${better}`);
  const own = [0.7, 0.5].map((accuracy, i) => run(accuracy, 0, [{ method: 'full' }, { method: 'lora', r: 8 }][i]));
  const all = sentences([...recorded, ...own]);
  expect(all.at(0)).toBe('One seed each: differences may be chance.');
  expect(all.at(-1)).toMatch(new RegExp(`^Recorded runs: ${better.replace(/[()]/g, '.')} .*LoRA\u00a0r\u00a08:\u00a090\\.3`));
  expect(all.at(-2)).toMatch(/^Full:\u00a070\.0\u00a0%[^;]*; LoRA\u00a0r\u00a08:\u00a050\.0\u00a0%[^;]*; a range is [^;]*$/);
  // Beside a chart the means are left out.
  expect(sentences([...recorded, ...own], false)).toEqual(['One seed each: differences may be chance.', expect.stringMatching(/^There are 20 test pictures/), `Recorded runs: ${better} ${paired} ${few}`]);
  // One alone is said, too.
  expect(sentences([...recorded, defined(own[0])]).slice(0, 3)).toEqual(['Full gets 70.0 % of 20 test pictures right.', expect.stringMatching(/95 % interval/), expect.stringMatching(/^Recorded runs: LoRA/)]);
});

test('what a class found is said of settings; whose runs they are is said where nothing else tells two apart', () => {
  const of = (by: string, accuracy: number, seed: number, method?: MethodConfig) => ({ ...run(accuracy, seed, method), theirs: { id: `${by} ${seed}`, at: 0, by, file: 'class' } }) as Run;
  const runs = [of('Ada', 0.9, 0), of('Ben', 0.9, 1), of('Cem', 0.91, 2), of('Ada', 0.5, 0, vera), of('Ben', 0.51, 1, vera), of('Ada', 0.5, 2, vera)];
  const groups = groupRuns(runs, 'seed');
  expect(groups.map(nameOf)).toEqual(['LoRA r 8, from 3 people', 'VeRA r 100, from 2 people']);
  const all = sentencesOf({ runs, all: runs, by: 'seed', groups });
  expect(all.length).toBeGreaterThan(2);
  expect(all[0]).toMatch(/^LoRA r 8 is better than VeRA r 100 by /);
  for (const sentence of all) expect(sentence).not.toMatch(/people|person|from/);
  expect(groupRuns([of('Ada', 0.9, 0), of('Ben', 0.8, 1)], 'who').map(inSentence)).toEqual(['LoRA r 8 (from Ada)', 'LoRA r 8 (from Ben)']);
});

test('what misses the budget is among the numbers, with its share of it', () => {
  const at = (parameters: number): Partial<Run> => ({ plan: { ...runOf(runRecord(), 'x').run.plan!, adapter_parameters: parameters } });
  const vera378 = run(0.95, 0, { method: 'vera', r: 378 }, at(11_656));
  const runs = [run(0.7, 0, { method: 'lora', r: 5 }, at(40_960)), run(0.8, 0, { method: 'randlora', r: 8 }, at(43_520)), { ...vera378, spec: { ...vera378.spec, budget: 43_000 } }];
  const numbers = sentencesOf({ runs, all: runs, by: 'seed', groups: groupRuns(runs, 'seed') }).at(-1)!;
  expect(numbers.replaceAll('\u00a0', ' ')).toBe('RandLoRA r 8: 80.0 % (1 seed, 58.4 to 91.9); LoRA r 5: 70.0 % (1 seed, 48.1 to 85.5); VeRA r 378: 95.0 % (1 seed, 76.4 to 99.1, × 0.27 of the budget), each on 20 test pictures; a range is the 95 % interval over pictures alone.');
});

test('times are compared where the steps took about as long, on one device', () => {
  const timed = (ms: (step: number) => number, seed: number, method?: MethodConfig) => {
    const made = run(0.7, seed, method);
    const curve = new Curve();
    for (let step = 1; step <= 40; step++) curve.push({ step, loss: 1, accuracy: 0.5, lr: 0.1, grad_norm: 1, ms: ms(step) });
    setCurve(made.id, curve);
    return { ...made, lastStep: 40, seconds: curve.column('seconds').at(-1)! };
  };
  const even = timed(() => 100, 0);
  // A short pause does not make a run slow; a long one, or a busy half, makes it one that is not compared.
  const paused = timed((step) => (step === 9 ? 1000 : 100), 1);
  const slept = timed((step) => (step === 9 ? 60_000 : 100), 3);
  const busy = timed((step) => (step > 20 ? 900 : 100), 0, vera);
  expect([typicalSeconds(even), typicalSeconds(paused)]).toEqual([4, 4]);
  const { timed: kept, left } = likeTimed(groupRuns([even, paused, slept, busy], 'seed'));
  // A chart has the seconds that the table has: not those of the first step, which waits for compiling, nor of a pause.
  expect([typicalSeconds(timed((step) => (step === 1 ? 5000 : 100), 4)), typicalSeconds({ ...even, lastStep: 1, seconds: 9, id: 'nothing kept' })]).toEqual([4, 9]);
  expect(pointsOf(kept, factNamed('seconds')!, factNamed('accuracy')!).map(({ x }) => x)).toEqual([expect.closeTo(4)]);
  expect([kept.map(({ method, counted }) => [method, counted.length]), left.map(({ group, why }) => [group.method, why])]).toEqual([[['lora', 2]], [['vera', ['uneven']]]]);
  const elsewhere = { ...timed(() => 10, 2), summary: { ...even.summary!, device: { ...even.summary!.device, description: 'a graphics card' } } };
  expect(defined(likeTimed(groupRuns([even, paused, elsewhere], 'seed')).timed[0]).counted).toHaveLength(2);
  // Recorded ones among themselves, and not beside others.
  const recorded = [even, paused].map((one, i) => ({ ...one, id: `recorded first-screen ${i}` }));
  const counts = (runs: Run[]) => likeTimed(groupRuns(runs, 'seed')).timed.map(({ counted }) => counted.length);
  expect([counts(recorded), counts([...recorded, even])]).toEqual([[2], [1]]);
  // They are no majority that a person's own are measured by.
  expect([...unlikeTimed([...recorded, { ...elsewhere, id: 'own' }]).keys()]).toEqual(recorded.map(({ id }) => id));
  // What is said of a setting's time depends on its own runs alone.
  expect(timedAlike([even, paused, busy])).toEqual([even, paused]);
  expect(timedAlike([busy])).toEqual([busy]);
  // A mean of those timed alike is not marked.
  expect([[even, busy], [busy]].map((counted) => markedFor(counted, new Map([[busy.id, 'uneven']])))).toEqual([[], ['uneven']]);
  expect([...unlikeTimed([even, paused, slept, busy, elsewhere, defined(recorded[0])]).values()]).toEqual(['paused', 'uneven', 'device', 'recorded']);
});

test('rates are the ones that were used, where they were left to the method', () => {
  const own = run(0.7, 0, { method: 'lora', r: 8 });
  const given = { ...own, id: 'given', spec: { ...own.spec, train: { ...own.spec.train, lr: 0.003 } } };
  expect(groupRuns([{ ...own, spec: { ...own.spec, train: { ...own.spec.train, lr: 0 } } }, given], 'lr').map(({ label }) => label)).toEqual(['lr 0.003']);
});

test('columns are the settings that differ, and no others', () => {
  const names = (...runs: Run[]) => differing(runs).map(({ name }) => name);
  expect(names(run(0.7, 0), run(0.7, 0))).toEqual([]);
  expect(names(run(0.7, 0), run(0.7, 1))).toEqual(['seed']);
  expect(names(run(0.7, 0), run(0.7, 0, { method: 'lora', r: 4 }))).toEqual(['setting']);
  // Another method has other fields, which is no difference within a method.
  expect(names(run(0.7, 0, { method: 'lora', r: 8, lora_alpha: 8 }), run(0.7, 0, vera))).toEqual(['setting', 'lr'].filter((name) => names(run(0.7, 0, { method: 'lora', r: 8, lora_alpha: 8 }), run(0.7, 0, vera)).includes(name)));
  expect(names(run(0.7, 0, { method: 'lora', r: 8, lora_alpha: 8 }), run(0.7, 0, { method: 'lora', r: 8, lora_alpha: 16 }))).toEqual(['lora_alpha']);
  // One rate of the head for all, which happens to be a method's own.
  const heads = (head_lr: number, ...methods: Run['spec']['method'][]) => methods.map((method) => {
    const one = run(0.7, 0, method);
    return { ...one, spec: { ...one.spec, train: { ...one.spec.train, lr: 0, head_lr } } };
  });
  expect(names(...heads(methodFields.nola!.lr, { method: 'nola', r: 1, nola_num_bases: 8 }, vera))).toEqual(['setting']);
});

test('of two runs of the same settings the later one is the twin; failed ones are none', () => {
  const [a, b, c, d] = [run(0.7, 0), run(0.7, 0), run(0.7, 1), run(0.7, 0, undefined, { state: 'failed' })];
  expect([...twins([d, c, b, a])]).toEqual([[b.id, a.id]]);
});

test('two curves are the same bit for bit, or differ from a step on', () => {
  const [a, b, c] = [run(0.7, 0), run(0.7, 0), run(0.7, 1)];
  expect(firstDifference(a.id, b.id)).toBeNull();
  expect(firstDifference(a.id, c.id)).toBe(1);
});
