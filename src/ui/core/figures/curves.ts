import { measureOf } from '../../../train/scores.meta';
import { ema, indexAt } from '../../../figures/lines';
import { meanAt, meanLine, type Line, type MeanLine } from '../../kit/charts/meanCurve';
import { aroundCounted, isBeyond, linearScale, logScale, reach, reachRatio, shareScale, wholeScale, type Scale } from '../../../figures/scale';
import { lastOf, leavesAt, type Series } from '../../kit/charts/series';
import { formatPercent, formatTrainLoss, partsOf } from '../../../language/format';
import { methodLook } from '../../../figures/methods';
import { defined } from '../../../numbers/defined';
import type { Baseline } from '../runs/baselines';
import { curveOf, type Column } from '../runs/metrics';
import { isRecorded } from '../analyses/recorded';
import { groupRuns, titleOf, wholeNameOf, type Group } from '../runs/runGroups';
import { followed, isLive, type Run } from '../runs/runs';
import type { Grouping, XAxis } from '../settings/settings';
import { curveWords } from '../words/curves';
import { runsWords } from '../words/runs';

export interface CurveOptions {
  axis: XAxis;
  /** Single-run lines with the values of each step thin behind the smoothed line: the person's own, or the chosen one alone. */
  rawValues: 'own' | 'chosen' | 'none';
  /** Weight of the past, 0 to below 1. */
  smoothing: number;
  current: string;
  selected: string;
  /** Grouping of the runs: a line for each group, the mean of its runs. */
  group: Grouping;
  /** Single seeds behind the means. */
  seeds?: boolean;
}

const picturesPerStep = (run: Run): number => run.spec.train.batch * run.spec.train.accumulate;

function xColumn(run: Run, axis: XAxis): ArrayLike<number> {
  const curve = curveOf(run.id);
  if (axis === 'time') return curve.column('seconds');
  const steps = curve.column('step');
  return axis === 'step' ? steps : steps.map((step) => step * picturesPerStep(run));
}

function xOfStep(run: Run, step: number, axis: XAxis): number {
  if (axis === 'step') return step;
  if (axis === 'images') return step * picturesPerStep(run);
  const steps = curveOf(run.id).column('step');
  return step <= 0 || steps.length === 0 ? 0 : defined(curveOf(run.id).column('seconds')[indexAt(steps, step)]);
}

/** A line of the plot before it has its numbers: the runs whose mean it is. */
interface Bundle {
  group: Group;
  runs: Run[];
  /** The run that goes on stands beside the mean of those of its group that have ended. */
  beside: boolean;
}

/** A line for each group, and one for each run that goes on; what a group has in results that count is what it has in curves. */
function bundlesOf(runs: readonly Run[], by: Grouping): Bundle[] {
  return groupRuns(runs, by).flatMap((group) => {
    const live = group.runs.filter((run) => isLive(run) && !isRecorded(run));
    const ended = group.counted.length > 0 ? group.counted : group.runs.filter((run) => !live.includes(run));
    return [...(ended.length > 0 ? [{ group, runs: ended, beside: false }] : []), ...live.map((run) => ({ group, runs: [run], beside: ended.length > 0 }))];
  });
}

/** Lines of all bundles from the line of each run; `detail` is what is said of the last value. */
function seriesOf(runs: readonly Run[], options: CurveOptions, lineOf: (run: Run) => (Line & { raw?: ArrayLike<number> }) | null, detail: (last: number) => string, marks: (points: number) => boolean, head: boolean, better: 'high' | 'low'): Series[] {
  const bundles = bundlesOf(runs, options.group);
  const mixed = runs.some(isRecorded) && !runs.every(isRecorded);
  return nameFirst(better, bundles.flatMap(({ group, runs: members, beside }): Series[] => {
    const lines = members.flatMap((run) => {
      const line = lineOf(run);
      return line && line.x.length > 0 ? [{ run, line }] : [];
    });
    if (lines.length === 0) return [];
    const one = lines.length === 1 ? defined(lines[0]) : null;
    const chosen = (id: string) => members.some((run) => run.id === id);
    const strong = chosen(options.current) || (options.current === '' && chosen(options.selected));
    const mean = one ? null : meanLine(lines.map(({ line }) => line));
    const { x, y } = mean ?? one!.line;
    let kept: MeanLine | undefined;
    // Only tables and files ask for it.
    const rawMean = () => (kept ??= meanAt(lines.map(({ line }) => ({ x: line.x, y: line.raw! })), mean!.x));
    // Recorded ones are pale, which is said of all.
    const pale = mixed && group.source.recorded;
    const look = { method: group.method || 'ink', label: titleOf(group), live: false, marks: false, strong: false, named: false };
    const faint = mean && (options.seeds || (strong && options.selected !== '')) ? lines.filter(({ run }) => options.seeds || run.id === options.selected) : [];
    return [
      ...faint.map(({ run, line }) => ({ ...look, id: `${group.key} ${run.id}`, about: run.name, detail: curveWords.seed(run.spec.train.seed), x: line.x, y: line.y, measured: line.raw && (() => ({ y: line.raw! })), faint: true, behind: group.key })),
      {
        ...look,
        id: one ? one.run.id : group.key,
        second: partsOf([beside ? one!.run.name : pale ? group.ownSecond : group.second, lines.every(({ run }) => run.state === 'stopped') && runsWords.states.stopped]),
        about: partsOf([wholeNameOf(group), one ? one.run.name : curveWords.meanOf(lines.length)]),
        detail: detail(lastOf(y)),
        x,
        y,
        raw: one && (options.rawValues === 'own' ? !group.source.recorded : options.rawValues === 'chosen' && strong) ? one.line.raw : undefined,
        measured: lines.every(({ line }) => line.raw) ? (one ? () => ({ y: one.line.raw! }) : rawMean) : undefined,
        band: mean?.half.some(Number.isFinite) ? mean.half : undefined,
        runs: mean ? lines.length : undefined,
        marks: marks(x.length),
        live: head && one !== null && isLive(one.run),
        strong,
        named: true,
        pale,
      },
    ];
  }));
}

/** Count of the groups with a result whose runs have no line among these; nothing where all or none have one. */
export function linelessWords(groups: readonly Group[], series: readonly Series[]): string {
  const ended = groups.filter(({ counted }) => counted.length > 0);
  const drawn = new Set(series.map(({ id }) => id));
  const lineless = ended.filter(({ key, runs }) => !drawn.has(key) && !runs.some(({ id }) => drawn.has(id)));
  return series.length > 0 && lineless.length > 0 ? curveWords.without(lineless.length, ended.length) : '';
}

/** Ranks names for when there is no room for all: chosen ones first, a person's own before recorded ones, better ones before worse. */
function nameFirst(better: 'high' | 'low', series: Series[]): Series[] {
  const last = ({ y }: Series) => (better === 'high' ? -1 : 1) * lastOf(y);
  const order = series.filter(({ named }) => named).sort((a, b) => Number(b.strong) - Number(a.strong) || Number(a.pale) - Number(b.pale) || last(a) - last(b) || 0);
  const ranks = new Map(order.map((one, rank) => [one, rank]));
  return series.map((one) => ({ ...one, rank: ranks.get(one) }));
}

/** True if a line of these would have values of each step behind it: it is one run's, and the person's own. */
export const haveRaw = (runs: readonly Run[], by: Grouping): boolean => bundlesOf(runs, by).some(({ group, runs: members }) => members.length === 1 && !group.source.recorded);

/** A rate has no noise. */
const isSmoothed = (column: Column, smoothing: number): boolean => smoothing > 0 && column !== 'lr';

/** A column of a run as its line is drawn: smoothed over all points. */
export function smoothedColumn(run: Pick<Run, 'id'>, column: Column, smoothing: number): Float32Array {
  const raw = curveOf(run.id).column(column);
  return isSmoothed(column, smoothing) ? ema(raw, smoothing) : raw;
}

/** A column of the curves: smoothed over all points of each run before the mean, single runs also as they are. */
export function columnSeries(runs: readonly Run[], column: Column, options: CurveOptions): Series[] {
  const lineOf = (run: Run) => ({ x: xColumn(run, options.axis), y: smoothedColumn(run, column, options.smoothing), raw: isSmoothed(column, options.smoothing) ? curveOf(run.id).column(column) : undefined });
  // Recorded runs have kept their loss alone.
  const known = column === 'loss' ? runs : runs.filter((run) => !Number.isNaN(curveOf(run.id).column(column)[0]));
  return seriesOf(known, options, lineOf, () => '', () => false, true, column === 'accuracy' ? 'high' : 'low');
}

/** Training loss. */
export const lossSeries = (runs: readonly Run[], options: CurveOptions): Series[] => columnSeries(runs, 'loss', options);

/** Accuracy on the images that runs are followed on. */
export function accuracySeries(runs: readonly Run[], options: CurveOptions): Series[] {
  const lineOf = (run: Run) => {
    const tests = followed(run);
    return { x: tests.map((test) => xOfStep(run, test.step, options.axis)), y: tests.map(measureOf) };
  };
  return seriesOf(runs, options, lineOf, formatPercent, (points) => points <= 60, false, 'high');
}

/** Accuracy without training, each value once: lines across the plot. */
export function baselineSeries(baselines: readonly Baseline[], splits: ReadonlySet<'val' | 'test'>): Series[] {
  const values = baselines.flatMap((baseline) => [...splits].flatMap((split) => baseline[split]?.accuracy ?? []));
  return [...new Set(values)].map((value) => ({
    id: `zero-shot ${value}`, method: 'zero_shot', label: methodLook('zero_shot').title, detail: formatPercent(value),
    x: [0], y: [value], constant: true, marks: false, live: false, strong: false, named: true,
  }));
}

/** Axis of steps, pictures or seconds: as far as the longest run will go, `empty` while there is none. */
export function xScale(runs: readonly Run[], axis: XAxis, empty: number): Scale {
  const ends = runs.map((run) => {
    const x = xColumn(run, axis);
    const last = x.length > 0 ? defined(x[x.length - 1]) : 0;
    if (axis === 'time') return last;
    const steps = run.plan?.steps ?? run.spec.train.steps;
    return Math.max(last, steps * (axis === 'images' ? picturesPerStep(run) : 1));
  });
  return wholeScale(Math.max(0, ...ends) || empty);
}

/** A loss that goes beyond so many times what it began with has diverged: where it ends says nothing that needs room. */
const DIVERGED = 3;

/** Highest loss of an axis that all lines need that have not diverged; of those that have, where they began. Infinity where none has. */
function needed(series: readonly Series[]): number {
  const lines = series.filter(({ faint, constant }) => !faint && !constant).flatMap(({ y }) => {
    const [first, [, high]] = [Array.from(y).find(Number.isFinite), extremes([{ y }])];
    return first !== undefined && first > 0 ? [{ first, high }] : [];
  });
  const stayed = lines.filter(({ first, high }) => high <= DIVERGED * first);
  if (stayed.length === lines.length) return Infinity;
  // Of those alone that have, enough is seen to tell that they have.
  return stayed.length > 0 ? Math.max(...stayed.map(({ high }) => high), ...lines.map(({ first }) => first)) : DIVERGED * Math.max(...lines.map(({ first }) => first));
}

/** Axis of losses that does not stretch for what has diverged. */
export function lossesScale(series: readonly Series[], log: boolean): Scale {
  const most = needed(series);
  const within = ({ y }: { y: ArrayLike<number> }): boolean => extremes([{ y }])[1] <= most;
  const cut = (values: ArrayLike<number>): number[] => Array.from(values).filter((value) => value <= most);
  return lossScale(most === Infinity ? series : series.map((one) => (within(one) ? one : { ...one, y: cut(one.y), raw: one.raw && cut(one.raw), band: undefined, spread: undefined })), log);
}

/** Names the lines that go beyond an axis of losses, and how far; empty where none does. */
export const beyondWords = (series: readonly Series[], scale: Scale): string =>
  series.flatMap((one) => (leavesAt(one, scale) === null ? [] : [curveWords.beyond(partsOf([one.label, one.second]), formatTrainLoss(extremes([one])[1]))])).join(' ');

/** Axis of the loss over all lines, and over most of what is drawn before smoothing; what is beyond is cut at the edge. */
export function lossScale(series: readonly Series[], log: boolean): Scale {
  const [low, high] = extremes(series.filter(({ faint }) => !faint));
  if (!Number.isFinite(low)) return log ? logScale(0.1, 3) : linearScale(0, 3);
  const raw = series.flatMap((one) => (one.raw ? Array.from(one.raw).filter(Number.isFinite) : [])).sort((a, b) => a - b);
  const share = (of: number) => defined(raw[Math.round(of * (raw.length - 1))]);
  const [least, most] = raw.length > 0 ? [Math.min(low, share(0.02)), Math.max(high, share(0.98))] : [low, high];
  const edges = edgesOf(series);
  if (log && low > 0) return logScale(...reachRatio(least > 0 ? least : low, most, edges));
  return linearScale(0, Math.min(1.5 * most, Math.max(most, ...edges)));
}

/** The fewest pictures that one of these runs is followed on; Infinity where none is yet. */
export const fewestPictures = (runs: readonly Run[]): number => Math.min(...runs.flatMap((run) => followed(run).at(-1)?.count ?? []));

/**
 * Axis of the accuracy over all lines, and of their intervals as far as they do not flatten the lines. One picture more or less
 * of `pictures` is a step of it or less.
 */
export function accuracyScale(series: readonly Series[], pictures = Infinity): Scale {
  const [least, most] = extremes(series);
  if (!Number.isFinite(least)) return linearScale(0, 1);
  const [low, high] = aroundCounted(least, most, pictures);
  const edges = edgesOf(series);
  const pad = Math.max(0.01, (high - low) * 0.05);
  const [from, to] = reach(low - pad, high + pad, edges);
  // A correlation may lie below zero.
  return least < 0 ? linearScale(Math.max(-1, from), Math.min(1, to)) : shareScale(from, to);
}

/** The lowest and the highest end of the intervals that lines are drawn with; nothing where they have none. */
function edgesOf(series: readonly Series[]): number[] {
  const ends = { y: series.flatMap((one) => {
    const half = one.spread ?? one.band;
    return half ? Array.from(half).flatMap((value, i) => {
      const middle = defined(one.y[i]);
      return Number.isFinite(value) ? [middle - value, middle + value] : [];
    }) : [];
  }) };
  return extremes([ends]).filter(Number.isFinite);
}

/** True where an interval is cut at the edge of an axis of the accuracy, or of the loss. */
export const isCut = (series: readonly Series[], scale: Scale, shares: boolean): boolean => edgesOf(series).some((edge) => isBeyond(scale, edge, shares));

/** Notes on means: that there are bands around them, what these take, that some are cut, and what a thin line beside a mean is. */
export function meanWords(series: readonly Series[], scale: Scale, shares: boolean): string {
  const means = series.filter(({ runs }) => runs !== undefined);
  if (means.length === 0) return '';
  const banded = means.filter(({ band }) => band);
  return [banded.length > 0 ? curveWords.bands : curveWords.means, banded.length < means.length && curveWords.few, isCut(series, scale, shares) && curveWords.cut, thinWords(series)].filter(Boolean).join(' ');
}

function thinWords(series: readonly Series[]): string {
  const thin = series.filter(({ faint }) => faint);
  return thin.length === 0 ? '' : thin.length === 1 ? curveWords.thin(defined(thin[0]).about ?? '') : curveWords.thinSeeds;
}

function extremes(series: readonly Pick<Series, 'y'>[]): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const { y } of series) {
    for (let i = 0; i < y.length; i++) {
      if (!Number.isFinite(y[i])) continue;
      low = Math.min(low, defined(y[i]));
      high = Math.max(high, defined(y[i]));
    }
  }
  return [low, high];
}
