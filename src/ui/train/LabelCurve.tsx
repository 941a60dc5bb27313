import { useEffect, useState } from 'react';
import { extentScale, shareScale, wholeScale } from '../../figures/scale';
import { formatCount, formatFixed, formatPercent } from '../../language/format';
import { defined } from '../../numbers/defined';
import { paired } from '../../numbers/pairs';
import { meanOf } from '../../numbers/stats';
import type { LabelStudy } from '../../records/labelStudy.meta';
import { openLabelStudy } from '../core/analyses/recordedAnalyses';
import { percentTick } from '../core/figures/GroupCurves';
import type { Run } from '../core/runs/runs';
import { gutterOf } from '../kit/charts/endNames';
import { Plot } from '../kit/charts/Plot';
import { Scatter } from '../kit/charts/Scatter';
import type { Series } from '../kit/charts/series';
import { labelCurve, type LabelPoint } from './store/labels';
import css from './labels.module.css';
import { labelsWords as w } from './words/labels';

const line = (id: string, method: string, label: string, of: Pick<Series, 'x' | 'y' | 'spread'>): Series => ({ id, method, label, detail: '', marks: true, live: false, strong: method === 'ink', named: true, ...of });

/** The lowest and the highest end of intervals. */
const span = (series: readonly Series[]): [number, number] => {
  const ends = series.flatMap(({ y, spread }) => Array.from(y).flatMap((value, i) => [value - (spread?.[i] || 0), value + (spread?.[i] || 0)]));
  return [Math.max(0, Math.min(...ends)), Math.min(1, Math.max(...ends))];
};

/** Test accuracy of one's own runs by the number of labels. */
export function LabelCurve({ runs, teacher, own }: { runs: readonly Run[]; teacher: Run | undefined; own: ReadonlySet<string> }) {
  const points = labelCurve(runs, teacher, own);
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return <p className={css.soft}>{w.first}</p>;
  const value = ({ accuracy }: LabelPoint) => formatPercent(accuracy);
  const summary = points.length > 1 ? w.points(value(first), first.labels, value(last), last.labels) : w.point(value(first), first.labels);
  return (
    <Scatter
      title={w.curve}
      caption={`${summary} ${w.bars(last.count)}`}
      summary={summary}
      points={points.map(({ labels, accuracy, low, high }) => ({ id: String(labels), method: 'ink', label: w.yours, x: labels, y: accuracy, range: [low, high], line: 'own' }))}
      xLabel={w.axis}
      yLabel={w.accuracy}
      log={false}
      goodX={undefined}
      goodY="high"
      joined
      formatX={formatCount}
      formatY={formatPercent}
      scaleX={(_, high) => wholeScale(Math.max(10, high))}
      scaleY={(low, high) => shareScale(low, high, last.count)}
      tickY={percentTick}
      head={[w.yours, w.axis, w.accuracy, w.interval]}
      plain={{ y: (share) => 100 * share }}
    />
  );
}

/** What the recorded comparison says: over all its trainings after the first, and at its end, from the differences of the same seed. */
export function studyFinding({ labels, runs, test }: Pick<LabelStudy, 'labels' | 'runs' | 'test'>): string {
  const of = (order: string, seed: number) => runs.find((run) => run.order === order && run.seed === seed)?.accuracy;
  const pairs = [...new Set(runs.map(({ seed }) => seed))].flatMap((seed) => {
    const [chosen, random] = [of('chosen', seed), of('random', seed)];
    return chosen && random ? [chosen.map((accuracy, i) => 100 * (accuracy - defined(random[i])))] : [];
  });
  const points = (amount: number) => formatFixed(amount, 1);
  const say = (where: string, differences: readonly number[], step: number) => {
    const { difference, low, high } = paired(differences, step);
    if (low > 0) return w.better(where, points(difference), points(low), points(high));
    return high < 0 ? w.worse(where, points(-difference), points(-high), points(-low)) : w.alike(where, points(difference), points(low), points(high));
  };
  const [begin, end] = [defined(labels[1]), defined(labels.at(-1))];
  const step = 100 / test;
  return `${say(w.over(begin, end), pairs.map((differences) => meanOf(differences.slice(1))?.mean ?? NaN), step / (labels.length - 1))} ${say(w.only(end), pairs.map((differences) => defined(differences.at(-1))), step)}`;
}

/** The recorded comparison of this order with random order. */
export function LabelStudyFigure() {
  const [study, setStudy] = useState<LabelStudy | null>(null);
  useEffect(() => void openLabelStudy().then(setStudy, () => {}), []);
  if (!study) return null;
  const of = (order: 'chosen' | 'random') => {
    const runs = study.runs.filter((run) => run.order === order);
    const means = study.labels.map((_, i) => meanOf(runs.map(({ accuracy }) => defined(accuracy[i])))!);
    return { x: study.labels, y: means.map(({ mean }) => mean), spread: means.map(({ interval }) => interval ?? NaN) };
  };
  const series = [line('chosen', 'ink', w.chosen, of('chosen')), line('random', 'zero_shot', w.random, of('random'))];
  const seeds = new Set(study.runs.map(({ seed }) => seed)).size;
  const finding = studyFinding(study);
  return (
    <Plot
      title={w.study}
      caption={`${finding} ${w.measured(study.data, study.model, seeds, study.pool, study.test)}`}
      summary={finding}
      xLabel={w.studyAxis}
      yLabel={w.accuracy}
      sx={extentScale(Math.max(...study.labels))}
      sy={shareScale(...span(series))}
      series={series}
      gutter={gutterOf(series)}
      formatX={(value) => w.at(formatCount(value))}
      tickX={formatCount}
      formatY={formatPercent}
      formatTick={percentTick}
      share
    />
  );
}
