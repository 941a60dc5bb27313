import { expect, test } from 'vitest';
import { defined, several } from '../../../numbers/defined';
import { toCsv } from '../../kit/charts/series';
import type { Baseline } from '../runs/baselines';
import { standardTrain } from '../settings/fields';
import { columns, Curve, setCurve } from '../runs/metrics';
import { groupRuns } from '../runs/runGroups';
import { makeRun, type Run } from '../runs/runs';
import { accuracyScale, beyondWords, meanWords, baselineSeries, haveRaw, linelessWords, lossesScale, lossScale, lossSeries, smoothedColumn } from './curves';

const set = (split: 'test' | 'val', accuracy: number) => ({ split, accuracy, count: 10, per_class: [accuracy] });
const baselines: Baseline[] = [
  { key: 'a', model: 'CLIP', prompts: 1, test: set('test', 0.5), val: set('val', 0.25) },
  { key: 'b', model: 'CLIP', prompts: 7, test: set('test', 0.5) },
  { key: 'c', model: 'CLIP', prompts: 7, val: set('val', 0.75) },
];

/** A run with these losses at its steps. */
function run(id: string, method: string, seed: number, loss: number[]): Run {
  setCurve(id, new Curve(Object.fromEntries(columns.map((name) => [name, Float32Array.from(loss, (value, i) => (name === 'loss' ? value : i + 1))])) as ConstructorParameters<typeof Curve>[0]));
  return { ...makeRun({ id, name: id, model: 'm', data: 'd', method: { method }, train: { ...standardTrain(false), seed } }, { modelTitle: 'm', dataTitle: 'd', classes: ['x', 'y'] }, 'tab', 1), state: 'stopped' };
}

test('each zero-shot accuracy on the images of the plot is one line with its value in words', () => {
  const drawn = (...splits: ('val' | 'test')[]) => baselineSeries(baselines, new Set(splits)).map(({ label, detail, constant }) => [label, detail, constant]);
  expect(drawn('test')).toEqual([['Zero-shot', '50.0', true]]);
  expect(drawn('val')).toEqual([['Zero-shot', '25.0', true], ['Zero-shot', '75.0', true]]);
  expect(drawn('val', 'test').length).toBe(3);
  const { min, max } = accuracyScale(baselineSeries(baselines, new Set(['val'])));
  expect([min <= 0.25, max >= 0.75]).toEqual([true, true]);
});

test('an axis of accuracy is never tighter than its pictures can tell', () => {
  const at = (accuracy: number) => baselineSeries([{ key: 'a', model: 'CLIP', prompts: 1, val: set('val', accuracy) }], new Set(['val']));
  const stepOf = ({ ticks }: { ticks: number[] }) => defined(ticks[1]) - defined(ticks[0]);
  for (const accuracy of [0, 0.5, 1]) {
    const scale = accuracyScale(at(accuracy), 10);
    expect(stepOf(scale)).toBeGreaterThanOrEqual(0.1);
    expect([scale.min >= 0, scale.max <= 1, scale.min <= accuracy, scale.max >= accuracy]).toEqual([true, true, true, true]);
  }
  expect(accuracyScale(at(1), 2)).toMatchObject({ min: 0, max: 1 });
  expect(stepOf(accuracyScale(at(1), 1000))).toBeLessThan(0.02);
});

test('lines are smoothed; tables and files have what was measured at each step, of single runs and of means, and whether these were stopped', () => {
  const runs = [run('a', 'lora', 0, [4, 2, 1]), run('b', 'vera', 0, [3, 1, 2]), run('c', 'vera', 1, [5, 3, 4])];
  const series = lossSeries(runs, { axis: 'step', rawValues: 'own', smoothing: 0.8, current: '', selected: 'a', group: 'method' });
  const file = toCsv(series, { x: 'step', y: 'loss', bounds: ['low', 'high'], setting: '' }).replaceAll(', ', ' ').split('\n').map((row) => row.replaceAll('"', '').split(','));
  const [lora, vera] = ['LoRA stopped loss', 'VeRA stopped loss'].map((name) => defined(file[0]).indexOf(name));
  expect(file.slice(1, 4).map((row) => [Number(row[lora!]), Number(row[vera!])])).toEqual([[4, 4], [2, 2], [1, 3]]);
  for (const { y } of series) expect(Array.from(y)).not.toEqual([4, 2, 1]);
});

test('a mean has a band from three seeds on, which says that it takes them; the axis follows the lines, whatever their bands', () => {
  const two = [run('a', 'vera', 0, [2, 1]), run('b', 'vera', 1, [4, 1.5])];
  const three = [run('c', 'lora', 0, [2, 1]), run('d', 'lora', 1, [3, 1.5]), run('e', 'lora', 2, [4, 1.2])];
  const drawn = (runs: Run[]) => lossSeries(runs, { axis: 'step', rawValues: 'own', smoothing: 0, current: '', selected: '', group: 'method' });
  const wordsOf = (runs: Run[]) => meanWords(drawn(runs), lossScale(drawn(runs), true), false);
  expect(drawn([...two, ...three]).map(({ label, runs, band }) => [label, runs, band !== undefined])).toEqual([['LoRA', 3, true], ['VeRA', 2, false]]);
  expect(wordsOf(two)).toBe('Lines are means over seeds. A 95 % band needs three seeds.');
  expect(wordsOf([...two, ...three])).toMatch(/^Lines are means over seeds, bands their 95 % intervals\. A 95 % band needs three seeds\./);
  expect([wordsOf(three).includes('three'), wordsOf(two.slice(1))]).toEqual([false, '']);
  // A table has no interval either, where there is none to draw.
  expect(toCsv(drawn(two), { x: 'step', y: 'loss', bounds: ['low', 'high'], setting: '' }).split('\n')[0]).toBe('step,"VeRA stopped, loss"');

  const [line] = several(drawn(three), 1);
  const shares = accuracyScale([{ ...line, y: [0.4, 0.6], band: [0.9, 0.9] }]);
  expect([shares.min >= 0.2, shares.max <= 0.8]).toEqual([true, true]);
});

test('results without a curve are counted under those that have one', () => {
  const [drawn, without] = [run('a', 'vera', 0, [2, 1]), run('b', 'lora', 0, [])];
  const done = (one: Run): Run => ({ ...one, state: 'done', evaluations: [{ step: 2, ...set('test', 0.5) } as Run['evaluations'][number]] });
  const words = (...runs: Run[]) => linelessWords(groupRuns(runs, 'method'), lossSeries(runs, { axis: 'step', rawValues: 'own', smoothing: 0, current: '', selected: '', group: 'method' }));
  expect([words(done(drawn), done(without)), words(done(drawn)), words(done(without)), words(done(drawn), without)]).toEqual(['1 of 2 has a result and no curve: their files kept none.', '', '', '']);
});

test('a thin line beside a mean is named: the chosen run, or the seeds', () => {
  const runs = [run('a', 'vera', 0, [2, 1]), run('b', 'vera', 1, [4, 1.5])];
  const wordsOf = (selected: string, seeds: boolean) => {
    const series = lossSeries(runs, { axis: 'step', rawValues: 'none', smoothing: 0, current: '', selected, group: 'method', seeds });
    return meanWords(series, lossScale(series, true), false).split('. ').slice(2).join('. ');
  };
  expect([wordsOf('', false), wordsOf('b', false), wordsOf('b', true)]).toEqual(['', `The thin line beside its mean is ${defined(runs[1]).name}, the chosen run.`, 'Thin lines beside a mean are its seeds.']);
});

test('of many lines the own and the best ones are named first; recorded ones beside them are pale', () => {
  const recorded = Array.from({ length: 12 }, (_, i) => run(`recorded first-screen ${i}`, 'lora', i, [3, 1 + i / 100]));
  const options = { axis: 'step', rawValues: 'own', smoothing: 0.5, current: '', selected: '', group: 'run' } as const;
  const series = lossSeries([...recorded, run('mine', 'lora', 0, [3, 2.9])], options);
  // The values of each step are the own runs', whichever is chosen.
  expect(series.filter(({ raw }) => raw).map(({ id }) => id)).toEqual(['mine']);
  expect(lossSeries(recorded, { ...options, smoothing: 0 }).some(({ raw }) => raw)).toBe(false);
  expect([haveRaw(recorded, 'run'), haveRaw([...recorded, run('mine', 'lora', 0, [3, 2.9])], 'run'), haveRaw([run('one', 'lora', 0, [3, 1]), run('two', 'lora', 1, [3, 1])], 'seed')]).toEqual([false, true, false]);
  // What the tile says is where the line ends.
  expect(smoothedColumn({ id: 'mine' }, 'loss', 0.5).at(-1)).toBe(series.find(({ id }) => id === 'mine')!.y[1]);
  expect(series.every(({ named }) => named)).toBe(true);
  expect(series.find(({ rank }) => rank === 12)!.id).toBe('recorded first-screen 11');
  expect(series.find(({ id }) => id === 'mine')).toMatchObject({ named: true, rank: 0, pale: false });
  expect(series.filter(({ pale }) => pale)).toHaveLength(12);
  expect(lossSeries(recorded, options).some(({ pale }) => pale)).toBe(false);
});

test('a run that diverges leaves the plot at its top, where it is named, and the others keep their room', () => {
  const calm = [run('calm a', 'lora', 0, [2.3, 1.6, 1.1, 0.9]), run('calm b', 'full', 0, [2.4, 1.8, 1.3, 1.2])];
  const wild = run('wild', 'vera', 0, [2.3, 40, 900, 12_000]);
  const drawn = (runs: Run[]) => lossSeries(runs, { axis: 'step', rawValues: 'own', smoothing: 0.5, current: '', selected: '', group: 'run' });
  for (const log of [true, false]) {
    const [alone, beside] = [lossesScale(drawn(calm), log), lossesScale(drawn([...calm, wild]), log)];
    expect([beside.min, beside.max]).toEqual([alone.min, alone.max]);
    expect(beyondWords(drawn(calm), alone)).toBe('');
    expect(beyondWords(drawn([...calm, wild]), beside)).toMatch(/^▲ VeRA, stopped: beyond this plot, up to a loss of [\d,]+\.$/);
    // Of one alone enough is seen to tell that it has diverged.
    expect(lossesScale(drawn([wild]), log).max).toBeLessThan(20);
  }
  // A gradient, or a time, may grow.
  expect(lossScale(drawn([wild]), false).max).toBeGreaterThan(1000);
});
