import { expect, test, vi } from 'vitest';
import { defined } from '../../../numbers/defined';
import type { DataInfo } from '../../../train/protocol';
import { groupLink } from '../storage/address';
import { useCatalog } from '../data/catalog';
import { parseLink } from '../../app/store/link';
import { openRecording } from './recorded';
import { groupsOf } from '../runs/seedGroups';
import { mainSetting } from '../runs/specs';
import { lessonWords } from '../../lessons/words/lessons';
import { walkActionWords } from '../words/walkAction';
import { conditionOfAll, seedsFrom } from './experiment';
import { lessons } from '../../lessons/lessons';
import { lessonNames } from '../../lessons/names';

const parts = lessonNames.flatMap((name) => lessons[name].parts.map((part, i) => ({ ...part, where: `${name} ${i + 1}`, recording: part.recording ?? lessons[name].recording })));

test.each(parts.filter(({ experiment }) => experiment))('$where: its button trains what its recorded figure shows', async ({ experiment, recording, pick }) => {
  const shown = groupsOf((await openRecording(recording!)).runs).filter(pick!);
  const { arms, train = [{}] } = experiment!;
  // What takes its size from the budget has none of its own.
  const sized = arms.some(({ set }) => set);
  const trains = arms.flatMap(({ method, set }) => train.map(({ shots = 0 }) => [method, sized ? mainSetting({ method, ...set }) : '', shots].join(' ')));
  expect(trains.sort()).toEqual([...new Set(shown.map((group) => [group.method, sized ? group.setting : '', defined(group.runs[0]).spec.train.shots].join(' ')))].sort());
});

test('every part that speaks of runs can train them', () => {
  expect(parts.filter(({ pick, experiment }) => Boolean(pick) !== Boolean(experiment)).map(({ where }) => where)).toEqual([]);
});

test('a button says before it is pressed what it trains, on what and for how long, and where the chart is of other runs', async () => {
  const { runs: shown } = await openRecording('toy');
  const { spec } = defined(shown[0]);
  const mine = { ...spec, data: 'mine.zip' };
  useCatalog.setState({ datasets: [{ id: 'mine.zip', title: 'my hand signs' }] as DataInfo[] });
  expect(conditionOfAll([])).toBeNull();
  expect(conditionOfAll([spec], shown)).toMatchObject({ data: 'fashion-mnist', model: 'vit-nano', steps: '120', isOther: false });
  expect(conditionOfAll([mine], shown)).toMatchObject({ data: 'my hand signs', isOther: true });
  // Without a chart there is nothing to differ from.
  expect(conditionOfAll([mine])).toMatchObject({ isOther: false });
  for (const change of [{ ...spec, model: 'vit-tiny' }, { ...spec, train: { ...spec.train, steps: 20 } }]) expect(conditionOfAll([change], shown)?.isOther).toBe(true);
  expect(lessonWords.trainOf(7, 3, 3, 'my hand signs', 'vit-nano', '20', true)).toBe('Not the runs of the chart: 7 settings, 3 seeds each, on my hand signs with vit-nano, 20 steps; 3 runs are here already.');
  expect(lessonWords.trainOf(6, 3, 1, 'Fashion-MNIST', 'vit-nano', '60', false)).toBe('6 settings, 3 seeds each, on Fashion-MNIST with vit-nano, 60 steps; one run is here already.');
  // What cannot be trained is on nothing yet.
  expect(lessonWords.trainOf(6, 3, 0, '', '', '', false)).toBe('6 settings, 3 seeds each.');
  expect(walkActionWords.cost(3, '2 min', '127', '', 'my hand signs', 'vit-nano', '20', '81')).toBe('On my hand signs with vit-nano: 3 runs of 20 steps, about 2 min; then 127 models to measure (81 on the plane, the others on the lines between the runs and on their paths).');
  expect(walkActionWords.cost(0, '', '127', '1 min', 'my hand signs', 'vit-nano', '20', '81')).toBe('On my hand signs with vit-nano: 127 models to measure (81 on the plane, the others on the lines between the runs and on their paths), about 1 min.');
  useCatalog.setState({ datasets: [] });
});

test('a time that is known in part is not hidden', () => {
  expect(lessonWords.trainTime('12 min', 3)).toBe('About 12 min on this device, plus 3 runs not yet timed.');
});

test('a link for each group: their experiments share no seed, and who has chosen none has the experiment as it stands', () => {
  vi.stubGlobal('location', { origin: 'http://localhost', pathname: '/' });
  const own = [1, 2, 3].map((group) => Number(parseLink(new URL(groupLink('rank', group)).hash).settings?.train.seed));
  vi.unstubAllGlobals();
  expect(own).toEqual([1, 2, 3]);
  const all = [0, ...own].map((seed) => seedsFrom([0, 1, 2], seed));
  expect(all[0]).toEqual([0, 1, 2]);
  expect(new Set(all.flat()).size).toBe(12);
});
