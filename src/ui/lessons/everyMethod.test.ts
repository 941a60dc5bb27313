import { createElement, type ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { runRecord } from '../../testing/runRecord';
import { GroupCurves } from '../core/figures/GroupCurves';
import { methodLook, offeredFor, offeredMethods } from '../../figures/methods';
import { defined } from '../../numbers/defined';
import { methodFields } from '../core/settings/fields';
import { setCurve } from '../core/runs/metrics';
import { runOf } from '../core/runs/runRecords';
import type { Run } from '../core/runs/runs';
import { groupsOf } from '../core/runs/seedGroups';
import { lessonWords, type PartWords } from './words/lessons';
import { MemoryChart, ParametersChart, ShotsChart } from './charts';
import { Formulas } from './Formulas';
import { Question } from './Guess';
import { lessons, type ChartName } from './lessons';
import { RateAccuracies, RateCurve, RateOrder } from './Rates';
import { useHand } from './rates';
import { ChanceAlone, SeedMeans, SeedPairs } from './Seeds';
import { ShotsPictures } from './Examples';
import { asked, nearestTo } from './nearest';
import { Reach } from './Reach';
import { lessonNames } from './names';
import { METHODS, useStepChoice } from './step';
import { Step, type StepChart } from './Step';
import { Spectrum } from '../core/figures/InsideFigures';
import { openInside, openRates, openWalk } from '../core/analyses/recordedAnalyses';
import Walk from './Walk';

const all = offeredMethods();

/** Finished runs of a method at a setting, three seeds of each number of shots. */
function runsOf(method: string, shots: readonly number[]): Run[] {
  const { budget } = defined(methodFields[method]);
  return shots.flatMap((count) =>
    [0, 1, 2].map((seed) => {
      const record = runRecord({ state: 'done' }, { seed, shots: count }, { method, ...(budget && { [budget]: 4 }) });
      const { run, curve } = runOf({ ...record, spec: { ...record.spec, id: `${method} ${count} ${seed}` } }, '');
      setCurve(run.id, curve);
      return run;
    }),
  );
}

/** Renders a chart, which must name each of these methods and have no hole. */
function drawn(chart: ReactElement, methods: readonly string[], where: string): void {
  const page = renderToStaticMarkup(chart);
  for (const method of methods) expect(page.includes(methodLook(method).title.replaceAll('&', '&amp;')), `${where}: ${method}`).toBe(true);
  expect(page, where).not.toMatch(/undefined|NaN|Infinity|\[object/);
}

const walk = await openWalk();
const { inside } = await openInside();
/** The methods whose updates can be looked at, three at a time. */
const looked = offeredFor(undefined).filter((method) => !defined(methodFields[method]).unmerged);
const threes = looked.flatMap((_, i) => (i % 3 ? [] : [looked.slice(Math.min(i, looked.length - 3)).slice(0, 3)]));

/** Recorded rates as if every method had been trained at each of them. */
const rates = await openRates();
const ofEvery = { ...rates, methods: all.map((method) => ({ ...defined(rates.methods[0]), method: { method } })) };
const seedGroups = groupsOf(all.flatMap((method) => runsOf(method, [0])));

const charts: Record<ChartName, (where: string) => void> = {
  guess: (where) => drawn(createElement(Question, { name: 'rank' }), [], where),
  examples: (where) => drawn(createElement(ShotsPictures), [], where),
  reach: (where) => drawn(createElement(Reach, { choice: asked, nearest: nearestTo(asked) }), ['lora', 'dora', 'randlora', 'vera'], where),
  spectrum: (where) => threes.forEach((three) => drawn(createElement(Spectrum, { slide: true, made: { ...inside, runs: inside.runs.map((run, i) => ({ ...run, method: defined(three[i]) })) } }), three, where)),
  formulas: (where) => lessonNames.forEach((name) => drawn(createElement(Formulas, { name }), [], where)),
  rate: (where) => all.forEach((method) => (useHand.setState({ method, lr: NaN }), drawn(createElement(RateCurve, { rates: ofEvery }), [method], where))),
  rates: (where) => drawn(createElement(RateAccuracies, { rates: ofEvery }), all, where),
  order: (where) => drawn(createElement(RateOrder, { rates: ofEvery }), all, where),
  draw: (where) => drawn(createElement(SeedMeans, { groups: seedGroups }), all, where),
  chance: (where) => drawn(createElement(ChanceAlone, { groups: seedGroups }), [], where),
  pairs: (where) => drawn(createElement(SeedPairs, { groups: seedGroups }), all, where),
  parameters: (where) => drawn(createElement(ParametersChart, { groups: groupsOf(all.flatMap((method) => runsOf(method, [0]))) }), all, where),
  shots: (where) => drawn(createElement(ShotsChart, { groups: groupsOf(all.flatMap((method) => runsOf(method, [1, 16]))) }), all, where),
  memory: (where) => {
    const plans = Object.fromEntries(all.map((method) => [method, runRecord().summary!.plan]));
    drawn(createElement(MemoryChart, { before: plans, now: plans }), all, where);
  },
  stepModel: (where) => step('stepModel', where),
  stepLayer: (where) => step('stepLayer', where),
  stepNumbers: (where) => step('stepNumbers', where),
  stepKernel: (where) => step('stepKernel', where),
  loss: (where) => threes.forEach((three) => drawn(createElement(GroupCurves, { runs: three.flatMap((method) => runsOf(method, [0])), of: 'loss' }), three, where)),
  plane: (where) => walks('plane', where),
  paths: (where) => walks('paths', where),
  between: (where) => walks('between', where),
};

/** What is chosen is drawn before anything was looked into; what is drawn then is in step.test.ts. */
const step = (chart: StepChart, where: string): void => drawn(createElement(Step, { chart, choice: useStepChoice.getState(), looked: { look: null, waiting: true, error: '', again: () => {} } }), Object.keys(METHODS), where);

function walks(view: ChartName, where: string): void {
  for (const three of threes) drawn(createElement(Walk, { view, made: { ...walk.landscape, runs: walk.landscape.runs.map((run, i) => ({ ...run, method: defined(three[i]) })) } }), three, where);
}

test.each(lessonNames)('%s: every method can stand in its charts, and in what is said of them', (name) => {
  for (const [i, part] of lessons[name].parts.entries()) {
    charts[part.chart](`${name} ${i + 1}`);
    if (!part.pick) continue;
    const words: PartWords = defined(lessonWords.lessons[name].parts[i]);
    const shots = part.chart === 'shots' ? [1, 16] : [0];
    const groups = groupsOf(all.flatMap((method) => runsOf(method, shots)));
    for (const some of [groups, groups.filter(part.pick)]) expect(words.found.map((say) => say({ groups: some, plans: {}, landscape: null })).join('\n'), name).not.toMatch(/undefined|NaN|Infinity/);
  }
});
