import { expect, test, vi } from 'vitest';
import { groupLink } from '../store/address';
import { parseLink } from '../store/link';
import { openRecording } from '../store/recorded';
import { groupsOf } from '../store/seedGroups';
import { mainSetting } from '../store/specs';
import { lessonWords } from '../words/lessons';
import { seedsFrom } from './experiment';
import { lessons } from './lessons';
import { lessonNames } from './names';

const parts = lessonNames.flatMap((name) => lessons[name].parts.map((part, i) => ({ ...part, where: `${name} ${i + 1}`, recording: part.recording ?? lessons[name].recording })));

test.each(parts.filter(({ experiment }) => experiment))('$where: its button trains what its recorded figure shows', async ({ experiment, recording, pick }) => {
  const shown = groupsOf((await openRecording(recording!)).runs).filter(pick!);
  const { arms, train = [{}] } = experiment!;
  // What takes its size from the budget has none of its own.
  const sized = arms.some(({ set }) => set);
  const trains = arms.flatMap(({ method, set }) => train.map(({ shots = 0 }) => [method, sized ? mainSetting({ method, ...set }) : '', shots].join(' ')));
  expect(trains.sort()).toEqual([...new Set(shown.map((group) => [group.method, sized ? group.setting : '', group.runs[0].spec.train.shots].join(' ')))].sort());
});

test('every part that speaks of runs can train them', () => {
  expect(parts.filter(({ pick, experiment }) => Boolean(pick) !== Boolean(experiment)).map(({ where }) => where)).toEqual([]);
});

test('what is here already is counted, and a time that is known in part is not hidden', () => {
  expect(lessonWords.trainOf(6, 3, 1)).toBe('What the chart shows: 6 settings, 3 seeds each; one run is here already.');
  expect(lessonWords.trainOf(6, 3, 0)).toBe('What the chart shows: 6 settings, 3 seeds each.');
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
