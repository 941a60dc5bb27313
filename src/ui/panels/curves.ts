import { ema, indexAt } from '../charts/lines';
import { extentScale, linearScale, logScale, type Scale } from '../charts/scale';
import type { Series } from '../charts/series';
import { formatPercent } from '../format';
import { methodLook } from '../methods';
import type { Baseline } from '../store/baselines';
import { curveOf, type Column } from '../store/metrics';
import { followed, isLive, type Run } from '../store/runs';
import type { XAxis } from '../store/settings';

const mostNamed = 6;

interface Options {
  axis: XAxis;
  rawValues: boolean;
  /** Weight of the past, 0 to below 1. */
  smoothing: number;
  current: string;
  selected: string;
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
  return step <= 0 || steps.length === 0 ? 0 : curveOf(run.id).column('seconds')[indexAt(steps, step)];
}

/** Labels: the method, and the run's name where a method has several lines. Past six lines only the first of each method, the current and the selected one. */
function look(run: Run, runs: readonly Run[], options: Options): Pick<Series, 'id' | 'method' | 'label' | 'live' | 'strong' | 'named'> & { twin: boolean } {
  const { method } = run.spec.method;
  const strong = run.id === options.current || (options.current === '' && run.id === options.selected);
  return {
    id: run.id,
    method,
    label: methodLook(method).title,
    live: isLive(run),
    strong,
    named: runs.length <= mostNamed || run.id === options.current || run.id === options.selected || runs.find((other) => other.spec.method.method === method) === run,
    twin: runs.some((other) => other.id !== run.id && other.spec.method.method === method),
  };
}

/** A column of every run's curve: smoothed over all its points, the strong one also as it is. */
export function columnSeries(runs: readonly Run[], column: Column, options: Options): Series[] {
  return runs.flatMap((run) => {
    const raw = curveOf(run.id).column(column);
    if (raw.length === 0) return [];
    const y = options.smoothing > 0 && column !== 'lr' ? ema(raw, options.smoothing) : raw;
    const { twin, ...rest } = look(run, runs, options);
    return [{ ...rest, detail: twin ? run.name : '', x: xColumn(run, options.axis), y, raw: options.rawValues && rest.strong && y !== raw ? raw : undefined, marks: false }];
  });
}

/** Training loss of every run. */
export const lossSeries = (runs: readonly Run[], options: Options): Series[] => columnSeries(runs, 'loss', options);

/** Accuracy of every run on the images it is followed on. */
export function accuracySeries(runs: readonly Run[], options: Options): Series[] {
  return runs.flatMap((run) => {
    const tests = followed(run);
    if (tests.length === 0) return [];
    const { twin, ...rest } = look(run, runs, options);
    const last = formatPercent(tests[tests.length - 1].accuracy);
    return [
      {
        ...rest,
        live: false,
        detail: twin ? `${last} ${run.name}` : last,
        x: tests.map((test) => xOfStep(run, test.step, options.axis)),
        y: tests.map((test) => test.accuracy),
        marks: tests.length <= 60,
      },
    ];
  });
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
    const last = x.length > 0 ? x[x.length - 1] : 0;
    if (axis === 'time') return last;
    const steps = run.plan?.steps ?? run.spec.train.steps;
    return Math.max(last, steps * (axis === 'images' ? picturesPerStep(run) : 1));
  });
  const scale = extentScale(Math.max(0, ...ends) || empty);
  return axis === 'time' ? scale : { ...scale, ticks: scale.ticks.filter(Number.isInteger) };
}

/** Axis of the loss over all lines. */
export function lossScale(series: readonly Series[], log: boolean): Scale {
  const [low, high] = extremes(series);
  if (!Number.isFinite(low)) return log ? logScale(0.1, 3) : linearScale(0, 3);
  return log && low > 0 ? logScale(low, high) : linearScale(0, high);
}

/** Axis of the accuracy over all lines, 0 to 1. */
export function accuracyScale(series: readonly Series[]): Scale {
  const [low, high] = extremes(series);
  if (!Number.isFinite(low)) return linearScale(0, 1);
  const pad = Math.max(0.01, (high - low) * 0.05);
  return linearScale(Math.max(0, low - pad), Math.min(1, high + pad));
}

function extremes(series: readonly Series[]): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const { y } of series) {
    for (let i = 0; i < y.length; i++) {
      if (!Number.isFinite(y[i])) continue;
      low = Math.min(low, y[i]);
      high = Math.max(high, y[i]);
    }
  }
  return [low, high];
}
