import { expect, test } from 'vitest';
import { placePointNames, roomOnPaper } from '../../kit/charts/pointNames';
import { onFront } from '../../kit/charts/front';
import { overlaps, crosses, type Box, type Placed } from '../../../figures/labels';
import { at, reach, wideLogScale } from '../../../figures/scale';
import { defined } from '../../../numbers/defined';
import { unpackRecording, type Recording } from '../../../records/recording.meta';
import first from '../../recorded/first-screen.json';
import sizes from '../../recorded/sizes.json';
import { within } from '../runs/atMost';
import { factNamed } from '../runs/facts';
import { groupRuns } from '../runs/runGroups';
import { runOf } from '../runs/runRecords';
import type { Run } from '../runs/runs';
import { axisOf } from './axes';
import { pointsOf } from './points';
import { printFacts } from './printed';

const opened = (recording: unknown, name: string): Run[] => unpackRecording(recording as Recording).map((record, i) => runOf(record, `recorded ${name} ${i}`).run);
const all = opened(sizes, 'sizes');
const [trainable, accuracy] = [factNamed('trainable')!, factNamed('accuracy')!];

/** Places at the width of a column, with letters of eight points, as wide as the typeface's are at most. */
function placed(runs: Run[], inches = 3.25) {
  const em = (8 * 96) / 72;
  const [width, height] = [96 * inches - 2.2 * em, (96 * inches * 2) / 3 - 4.8 * em];
  const groups = groupRuns(runs, 'seed').map((group) => ({ ...group, bounded: true }));
  const points = pointsOf(groups, trainable, accuracy);
  const best = onFront(points, trainable.good, accuracy.good);
  const xs = points.map(({ x }) => x);
  const sx = axisOf(trainable, groups, true)?.(Math.min(...xs), Math.max(...xs)) ?? wideLogScale(Math.min(...xs), Math.max(...xs));
  const ys = points.map(({ y }) => y);
  const ends = points.map(({ y, dy }) => (dy ? [y - dy, y + dy] : []));
  const sy = axisOf(accuracy, groups, false)(...reach(Math.min(...ys), Math.max(...ys), ends.flat()));
  const up = (value: number) => height * (1 - at(sy, Math.min(sy.max, Math.max(sy.min, value))));
  const half = roomOnPaper * em;
  const marks = points.map(({ x, y }, i) => { const [low, high] = defined(ends[i]); return { x: width * at(sx, x), y: up(y), ...(low !== undefined && high !== undefined && { low: up(low), high: up(high) }) }; });
  const lines = [...new Set(points.map(({ line }) => line))].map((line) => points.flatMap((point, i) => (point.line === line ? [defined(marks[i])] : [])).sort((a, b) => a.x - b.x)).filter((on) => on.length > 1);
  const front = marks.filter((_, i) => best[i]).sort((a, b) => a.x - b.x);
  const named = points.flatMap((point, i) => (points.length <= 20 || best[i] || !points.some((other) => other.method === point.method && other.y > point.y) ? [{ ...defined(marks[i]), width: 0.52 * em * point.label.length + 4, lines: point.second ? 2 : 1, label: point.label }] : []));
  return { named, spots: placePointNames(named, { width, height, em, half, marks, lines, front, on: 'paper' }) };
}

type Line = [x1: number, y1: number, x2: number, y2: number];
const side = ([x1, y1, x2, y2]: Line, x: number, y: number) => Math.sign((x2 - x1) * (y - y1) - (y2 - y1) * (x - x1));
const meet = (a: Line, b: Line) => side(a, b[0], b[1]) * side(a, b[2], b[3]) < 0 && side(b, a[0], a[1]) * side(b, a[2], a[3]) < 0;

/** Counts of what a reader stumbles over. */
function faults({ named, spots }: ReturnType<typeof placed>) {
  const some = spots.flatMap((spot, i) => (spot ? [{ spot, name: defined(named[i]) }] : []));
  const lineOf = ({ spot, name }: { spot: Placed; name: { x: number; y: number } }): Line[] => (spot.leader ? [[name.x, name.y, spot.leader.x, spot.leader.y]] : []);
  const pairs = some.flatMap((one, i) => some.slice(i + 1).map((other) => [one, other] as const));
  const through = (one: (typeof some)[number], box: Box) => lineOf(one).some((line) => crosses(...line, box));
  return {
    overlapping: pairs.filter(([one, other]) => overlaps(one.spot.box, other.spot.box)).length,
    crossing: pairs.filter(([one, other]) => lineOf(one).some((line) => lineOf(other).some((next) => meet(line, next)))).length,
    through: pairs.filter(([one, other]) => through(one, other.spot.box) || through(other, one.spot.box)).length,
    unnamed: spots.filter((spot) => !spot).length,
  };
}

test.each([['five methods', opened(first, 'first-screen')], ['all settings', all], ['at most 50,000', within(all, 50_000)], ['at most 300,000', within(all, 300_000)], ['at most 700,000', within(all, 700_000)]])('names of %s in a column of print cross no other and cover none', (_, runs) => {
  const { unnamed, ...others } = faults(placed(runs));
  expect(others).toEqual({ overlapping: 0, crossing: 0, through: 0 });
  expect(unnamed).toBeLessThanOrEqual(4);
});

test('a caption names the seeds, whether the rates were found, and the size of the pictures', () => {
  const groups = groupRuns(all, 'seed');
  const { caption, table } = printFacts('Accuracy', groups, []);
  for (const text of [caption, table!.caption]) expect(text).toContain('Seeds 0–4, a learning rate found for each setting, 64 px.');
  const given = groupRuns(all.filter(({ spec }) => spec.train.seed === 1).map((run) => ({ ...run, spec: { ...run.spec, rate: undefined, train: { ...run.spec.train, lr: 0.003, image_size: 0 } } })), 'seed');
  expect(printFacts('Accuracy', given, []).caption).toContain('Seed 1, learning rate 0.003.');
});

test('two seeds are drawn each, and have no interval; three have one', () => {
  const of = (seeds: number) => pointsOf(groupRuns(all.filter(({ spec }) => spec.train.seed < seeds && spec.method.method === 'vera'), 'seed'), trainable, accuracy)[0]!;
  expect([of(1).each, of(2).each?.length, of(2).dy, of(2).range, of(3).each]).toEqual([undefined, 2, null, null, undefined]);
  expect(of(3).dy).toBeGreaterThan(0);
});
