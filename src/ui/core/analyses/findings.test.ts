import { expect, test } from 'vitest';
import { defined, several } from '../../../numbers/defined';
import type { Inside, Landscape, LandscapeLine } from '../../../analysis/analysis.meta';
import { goodness, isoValues, rangeOf, tilesOf, wholeStride } from '../../kit/charts/plane';
import { cornersOf, chooseCorner, costOf, paceOf, follow, settingsIn, showLandscape, specOf, useLandscape } from './landscape';
import { changeSettings, initialSettings, useSettings } from '../settings/settings';
import { insideSeconds, tickedRuns } from './inside';
import { makeRun, useRuns, type Run } from '../runs/runs';
import { describeRun } from '../runs/specs';
import { walkGrids } from './walk';
import { ckaFinding, driftFinding, lengthCaveat, spectrumFinding, typicalLayer } from './insideFindings';
import { barriersOf } from '../figures/LandscapeLines';
import { anyEarlier, findingOf, namesOf, readingOf, startsOf } from './landscapeFindings';

const run = (id: string, method: string): Run => makeRun({ id, name: id, model: 'm', data: 'd', method: { method }, train: { val_fraction: 0 } as never }, { modelTitle: '', dataTitle: '', classes: [] }, '', 0);
const line = (from: number, to: number, barrier: number): LandscapeLine => ({ from, to, length: 1, t: [0, 0.5, 1], sets: [{ loss: [1, 1 + barrier, 1], accuracy: [0, 0, 0], barrier, at: 1 }] });

/** A landscape of 5 x 5 points with these barriers from a to c, c to b, b to a. */
function landscape(barriers: number[], methods = ['lora', 'full', 'randlora']): Landscape {
  const measured = { loss: 1, accuracy: 0.5 };
  return {
    format: 'fullrank-landscape', version: 1, runs: methods.map((method, i) => ({ id: `r${i}`, name: `run-${i}`, method, spec: run(`r${i}`, method).spec })), spec: specOf({ ...initialSettings, landscapeGrid: 5 }),
    geometry: { norms: [], head_norms: [], distances: [], cosines: [] }, plane: null, lines: barriers.length ? [line(0, 2, defined(barriers[0])), line(2, 1, defined(barriers[1])), line(1, 0, defined(barriers[2]))] : [], paths: [], measured: 0, complete: false, seconds: 0, notes: [],
    sets: [{ split: 'val', images: 1, of: 1, loss: new Float32Array(25).fill(NaN), accuracy: new Float32Array(25).fill(NaN), corners: [measured, measured, measured], pretrained: null }],
  };
}

test('a landscape’s heading follows from the barriers', () => {
  expect(findingOf(landscape([]), 0)).toBeNull();
  expect(findingOf(landscape([0, 0.04, 0.01]), 0)).toBe('LoRA, Full and RandLoRA lie in one valley');
  expect(findingOf(landscape([0.2, 0, 0.2]), 0)).toBe('A ridge separates LoRA from Full and RandLoRA, which lie in one valley');
  expect(findingOf(landscape([0.2, 0.2, 0]), 0)).toBe('A ridge separates RandLoRA from LoRA and Full, which lie in one valley');
  expect(findingOf(landscape([0, 0.2, 0.2]), 0)).toBe('A ridge separates Full from LoRA and RandLoRA, which lie in one valley');
  expect(findingOf(landscape([0.2, 0, 0]), 0)).toBe('A ridge lies between LoRA and RandLoRA; Full is joined to both');
  expect(findingOf(landscape([0.2, 0.2, Infinity]), 0)).toMatch(/^Ridges separate/);
  expect(namesOf(landscape([], ['lora', 'lora', 'full']))).toEqual(['LoRA run-0', 'LoRA run-1', 'Full']);
  // A path begins with a head of its own, the pretrained model has none.
  const begins = (...distances: number[]): Landscape => ({ ...landscape([]), geometry: { ...landscape([]).geometry, norms: [1, 1, 1] }, paths: distances.map((distance, run) => ({ run, points: [{ step: 0, x: 0, y: 0, residual: 0, distance, measured: [] }] })) });
  expect(startsOf(begins(0.1, 0.25))).toMatch(/^Paths do not begin at the pretrained model itself.* up to 0\.25\d* apart\.$/);
  expect([startsOf(begins(0, 1e-6)), startsOf(begins())]).toEqual(['', '']);
});

test('where the weights are not of the last step, the step is said, of runs that are here and of recorded ones', () => {
  const best = { step: 10, split: 'val' } as Run['best'];
  const kept = (id: string, method: string, lastStep: number): Run => ({ ...run(id, method), spec: { ...run(id, method).spec, train: { val_fraction: 0.1 } as never }, best, lastStep });
  useRuns.setState({ runs: [kept('r0', 'lora', 10), { ...kept('r1', 'full', 60), state: 'stopped' }] });
  const made = landscape([0, 0, 0]);
  const [lora, full, randlora] = several(made.runs, 3);
  const runs = [lora, full, { ...randlora, step: 1200 }];
  expect(namesOf({ runs }, true)).toEqual(['LoRA', 'Full (stopped, step 10)', 'RandLoRA (step 1,200)']);
  expect(namesOf({ runs })).toEqual(['LoRA', 'Full (stopped)', 'RandLoRA']);
  expect([anyEarlier({ runs }), anyEarlier({ runs: runs.slice(0, 1) })]).toEqual([true, false]);
  expect(findingOf({ ...made, runs }, 0, namesOf({ runs }, true))).toBe('LoRA, RandLoRA (step 1,200) and Full (stopped, step 10) lie in one valley');
  useRuns.setState({ runs: [] });
});

test('that there is no barrier is said once', () => {
  const names = ['LoRA', 'Full', 'RandLoRA'];
  const on = (from: number, to: number, ...barriers: number[]) => ({ from, to, sets: barriers.map((barrier) => ({ loss: [], accuracy: [], barrier, at: 0 })) });
  expect(barriersOf(['train', 'validation'], [on(0, 2, 0, 0), on(2, 1, 0, 0.0005)], names)).toBe('No barrier between any two of them (train and validation).');
  expect(barriersOf(['train', 'validation'], [on(0, 2, 0.2, 0), on(2, 1, 0, 0), on(1, 0, Infinity, 0)], names)).toBe('LoRA to RandLoRA: barrier 0.200 (train), no barrier (validation). RandLoRA to Full: no barrier. Full to LoRA: loss not finite between (train), no barrier (validation).');
});

test('corners are the paper’s methods, the newest of each, until others are chosen', () => {
  const runs = [run('a', 'lora'), run('b', 'vera'), run('c', 'randlora'), run('d', 'full'), run('e', 'lora')];
  expect(cornersOf(runs, ['', '', '']).map(({ id }) => id)).toEqual(['e', 'd', 'c']);
  expect(cornersOf(runs, ['', 'b', '']).map(({ id }) => id)).toEqual(['e', 'b', 'c']);
  expect(cornersOf(runs.slice(0, 2), ['', '', '']).map(({ id }) => id)).toEqual(['a', 'b']);
  chooseCorner(cornersOf(runs, ['', '', '']), 0, 'c');
  expect(useLandscape.getState().chosen).toEqual(['c', 'd', 'e']);
});

test('a run that was stopped stands only where too few came to their end, and is called so', () => {
  const ended = (id: string, method: string, state: Run['state']): Run => ({ ...run(id, method), state });
  const runs = [ended('a', 'lora', 'done'), ended('b', 'full', 'stopped'), ended('c', 'randlora', 'done'), ended('d', 'randlora', 'stopped')];
  expect(cornersOf(runs, ['', '', '']).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  expect(tickedRuns(runs, {}).map(({ id }) => id)).toEqual(['a', 'c']);
  expect(tickedRuns([defined(runs[1]), defined(runs[3])], {}).map(({ id }) => id)).toEqual(['b', 'd']);
  expect(cornersOf([...runs, ended('e', 'vera', 'done')], ['', '', '']).map(({ id }) => id)).toEqual(['a', 'e', 'c']);
  expect(cornersOf([...runs.slice(2), ended('e', 'vera', 'done'), ended('f', 'vera', 'stopped')], ['', '', '']).map(({ id }) => id)).toEqual(['e', 'f', 'c']);
  expect([describeRun(defined(runs[0])), describeRun(defined(runs[3]))].map((line) => line.endsWith(', stopped'))).toEqual([false, true]);
  useRuns.setState({ runs: [{ ...defined(runs[3]), id: 'r2' }] });
  expect(namesOf(landscape([]))).toEqual(['LoRA', 'Full', 'RandLoRA (stopped)']);
  useRuns.setState({ runs: [{ ...defined(runs[3]), id: 'r0' }] });
  expect(findingOf(landscape([0, 0.04, 0.01]), 0)).toBe('Full, RandLoRA and LoRA (stopped) lie in one valley');
  useRuns.setState({ runs: [] });
});

test('as many models are said before a landscape is measured as will be counted, and how long by the last one here', () => {
  const spec = specOf({ ...initialSettings, landscapeGrid: 13 });
  const kept = (lastStep: number): Run => ({ ...run('a', 'lora'), lastStep, spec: { ...run('a', 'lora').spec, train: { snapshots: 6, steps: 12 } as never } });
  expect(costOf([kept(12), kept(12), kept(12)], spec, 256, null)).toEqual({ models: 169 + 3 * 11 + 4 + 3 * 7, paths: 3 * 7, seconds: null });
  expect(costOf([kept(2)], spec, 100, 0.01)).toEqual({ models: 169 + 3 * 11 + 4 + 2, paths: 2, seconds: 208 });
});

test('a landscape that is shown is measured again as it was: its settings are those of the panel and of the walk', () => {
  const asked = { ...initialSettings, landscapeGrid: 25, landscapeRange: 'near', landscapeImages: 32, landscapeOn: 'val' } as const;
  expect(specOf({ ...initialSettings, ...settingsIn(specOf(asked)) })).toEqual(specOf(asked));
  // The command line measures what the page does not offer.
  expect(settingsIn({ ...specOf(asked), grid: 11, images: 100, x: [0, 1] })).toEqual({ landscapeOn: 'val' });
  showLandscape(landscape([]));
  expect(useSettings.getState().landscapeGrid).toBe(5);
  expect(walkGrids(5)).toEqual([5, 9, 13, 25]);
  useLandscape.setState({ shown: null, chosen: ['', '', ''] });
  changeSettings({ landscapeGrid: initialSettings.landscapeGrid });
});

test('the time of a landscape is known before the first one, from runs of this device; and after a reload, from what is kept', () => {
  const trained = (id: string, seconds: number, device = 'gpu'): Run => ({ ...run(id, 'lora'), seconds, lastStep: 10, summary: { device: { description: device } } as never, spec: { ...run(id, 'lora').spec, train: { batch: 16, accumulate: 1 } as never } });
  const nothing = { pace: {}, kept: [], times: [] };
  expect(paceOf([run('a', 'lora').spec], [], 'gpu', nothing)).toBeNull();
  expect(paceOf([trained('a', 16).spec], [trained('a', 16)], 'gpu', nothing)).toBeCloseTo(0.1);
  expect(paceOf([trained('a', 16).spec], [trained('a', 16)], 'other', nothing)).toBeNull();
  const ids = ['r0', 'r1', 'r2'];
  const made = { ...landscape([]), runs: ids.map((id) => ({ ...trained(id, 1) })) as never, complete: true, seconds: 50 };
  const each = 50 / (25 + 4 + 9 * 1) / made.sets.reduce((sum, { images }) => sum + images, 0);
  const kept = { ...nothing, kept: [{ ...made, spec: { ...made.spec, line: 5 } }] };
  expect(paceOf([trained('a', 16).spec], ids.map((id) => trained(id, 1)), 'gpu', kept)).toBeCloseTo(each);
  expect(paceOf([trained('a', 16).spec], ids.map((id) => trained(id, 1, 'other')), 'gpu', kept)).toBeNull();
  expect(paceOf([trained('a', 16).spec], ids.map((id) => trained(id, 1)), 'gpu', { ...kept, pace: { m: 0.5 } })).toBe(0.5);
});

test('the time of a look inside is that of a kept one of as many pictures on this device, run by run', () => {
  const here = ['a', 'b'].map((id): Run => ({ ...run(id, 'lora'), summary: { device: { description: 'gpu' } } as never }));
  const kept = [{ complete: true, seconds: 30, spec: { images: 64, seed: 0 }, runs: here.map(({ id, spec }) => ({ id, spec })) }] as unknown as Inside[];
  const asked = { images: 64, original: '' };
  expect(insideSeconds(here.slice(0, 1), asked, kept, here, 'gpu')).toBe(15);
  expect([insideSeconds(here, asked, kept, here, 'other'), insideSeconds(here, { ...asked, images: 32 }, kept, here, 'gpu'), insideSeconds(here, { ...asked, original: 'o' }, kept, here, 'gpu')]).toEqual([null, null, null]);
});

test('events fill the drawing, coarse points standing for the fine ones to come', () => {
  follow({ type: 'start', landscape: landscape([]) });
  follow({ type: 'points', points: [{ index: 0, measured: [{ loss: 0.5, accuracy: 0.9 }] }, { index: 12, measured: [{ loss: NaN, accuracy: 0.1 }] }] });
  const shown = () => useLandscape.getState().shown!;
  expect(shown().measured).toBe(2);
  expect(tilesOf(shown(), defined(shown().sets[0])).map(({ index, size }) => [index, size])).toEqual([[0, 1], [12, 1]]);
  expect(wholeStride(shown(), defined(shown().sets[0]))).toBeNull();
  follow({ type: 'parts', sets: [{ corners: [{ loss: 2, accuracy: 0.5 }], pretrained: null }], lines: [line(0, 2, 0.3)], paths: [] });
  expect(shown().lines).toHaveLength(1);
  const range = rangeOf(defined(shown().sets[0]), 'loss');
  expect(range).toMatchObject({ low: 0.5, high: 2.4 });
  // What diverged is the worst there is.
  expect([goodness(range, 0.5), goodness(range, NaN), goodness(range, 99)]).toEqual([1, 0, 0]);
  const { step, values } = isoValues(range);
  expect(step).toBe(0.2);
  expect(values).toEqual([0.6, 0.8, 1, 1.2, 1.4, 1.6, 1.8, 2, 2.2]);
  useLandscape.setState({ shown: null });
});

test('a point of the map is said in the units of its axes, and as shares of the runs', () => {
  const made: Landscape = { ...landscape([]), plane: { unit_x: 10, unit_y: 5, cosine: 0, pretrained: { x: 0, y: 0, residual: 0, distance: 0 } } };
  made.spec.x = [0, 1];
  made.spec.y = [0, 1];
  const reading = readingOf(made, 0, 'loss', { i: 3, j: 2 });
  expect(reading).toEqual({ along: '6.0', off: '2.0', value: null, shares: ['20\u00a0%', '40\u00a0%', '40\u00a0%'] });
});

test('headings of a look inside follow from its numbers', () => {
  const update = (rank: number) => ({ layer: 'l', shape: [8, 8] as [number, number], norm: 1, relative: 1, singular: new Float32Array(8), rank, stable_rank: 1 });
  const three = ['r0', 'r1', 'r2'].map((id) => ({ id }));
  const made = { runs: three, updates: [[update(2)], [update(8)], [update(8)]], reference: 1, cka: [[1, 0.7], [1, 1], [1, 0.9]], pretrained: [[1, 0.9], [1, 0.5], [1, 0.7]], original: null } as unknown as Inside;
  const names = ['LoRA', 'Full', 'RandLoRA'];
  expect(spectrumFinding(made, names)).toBe('LoRA stops at rank 2; Full and RandLoRA have rank 8 of 8');
  expect(spectrumFinding({ ...made, runs: three.slice(1, 2), updates: [[update(6), update(7), update(8)]] } as unknown as Inside, ['Full'])).toBe('In the median layer Full stops at rank 7');
  // What is drawn at first is what is said.
  const many = { ...made, runs: three.slice(0, 2), updates: [[7, 8, 8, 5].map((rank, i) => ({ ...update(rank), layer: `l${i}` })), [2, 2, 2, 1].map((rank, i) => ({ ...update(rank), layer: `l${i}` }))] } as unknown as Inside;
  expect(spectrumFinding(many, ['Full', 'LoRA'])).toBe('In the median layer Full has rank 8 of 8; LoRA stops at rank 2');
  expect(typicalLayer(many, ['l0', 'l1', 'l2', 'l3'])).toBe('l2');
  expect(ckaFinding(made, names)).toBe('RandLoRA stays closest to full fine-tuning; RandLoRA ends at 0.90, LoRA at 0.70');
  expect(ckaFinding({ ...made, cka: [[1, 0.89], [1, 1], [1, 0.9]] }, names)).toBe('No method is clearly closer to full fine-tuning than another');
  expect(ckaFinding({ ...made, runs: [...three, { id: 'r3' }], updates: [], cka: [[1, 0.95], [1, 1], [1, 0.96], [1, 0.91]] } as unknown as Inside, [...names, 'VeRA'])).toBe('RandLoRA and LoRA stay closest to full fine-tuning; RandLoRA ends at 0.96, LoRA at 0.95, VeRA at 0.91');
  // Likeness speaks of lengths where these differ, and not of theirs where they do not.
  const withNorms = (...norms: number[]) => lengthCaveat({ ...made, geometry: { norms } } as unknown as Inside);
  expect(withNorms(3.1, 1.7, 14)).toMatch(/from 1\.7 to 14\.0\)/);
  expect(withNorms(1.7, 2, 2.1)).toBe('');
  expect(driftFinding(made, names)).toBe('Full moves the features most, by 0.500');
  const original = { data: 'o', images: 100, classes: 2, before: { loss: 1, accuracy: 0.9 }, after: [0.88, 0.4, 0.9].map((accuracy) => ({ loss: 1, accuracy })) };
  expect(driftFinding({ ...made, original }, names)).toBe('Full forgets most: 50.0 points of accuracy on the original task');
  expect(driftFinding({ ...made, original: { ...original, after: [0.88, 0.89, 0.9].map((accuracy) => ({ loss: 1, accuracy })) } }, names)).toMatch(/No run lost more/);
  // A run that was stopped is drawn, and leads nothing.
  const stop = (...ids: string[]) => useRuns.setState({ runs: ids.map((id) => ({ ...run(id, 'lora'), state: 'stopped' })) });
  stop('r0', 'r1');
  expect(spectrumFinding(made, names)).toBe('RandLoRA has rank 8 of 8');
  expect([ckaFinding(made, names), driftFinding(made, names)]).toEqual(['Similarity to the fully fine-tuned model', 'Distance from the pretrained model']);
  stop('r1');
  expect(driftFinding({ ...made, original }, names)).toMatch(/No run lost more/);
  stop('r0', 'r1', 'r2');
  expect(driftFinding(made, names)).toBe('Full moves the features most, by 0.500');
  useRuns.setState({ runs: [] });
});
