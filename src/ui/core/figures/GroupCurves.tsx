import type { ReactNode } from 'react';
import { Plot } from '../../kit/charts/Plot';
import { gutterOf } from '../../kit/charts/endNames';
import { formatClock, formatCount, formatPercent, formatSetting, formatShort, formatTick, formatTrainLoss, partsOf } from '../../../language/format';
import { accuracyScale, accuracySeries, beyondWords, meanWords, fewestPictures, linelessWords, lossesScale, lossSeries, xScale, type CurveOptions } from './curves';
import { useMetricsVersion } from '../runs/metrics';
import { pictureOf } from './pictureOf';
import { curveFacts } from './printed';
import { groupRuns, isPooled } from '../runs/runGroups';
import { followedOn, useRuns, type Run } from '../runs/runs';
import { useSettings, type XAxis } from '../settings/settings';
import { mixesTimes } from '../runs/timing';
import { plotWords } from '../../kit/words/plot';
import { curveWords } from '../words/curves';

export type CurvesOf = 'loss' | 'accuracy';

interface Props {
  runs: readonly Run[];
  of: CurvesOf;
  /** Single seeds behind the means. */
  seeds?: boolean;
  caption?: string;
  /** The 95 % interval around each mean, and single runs beside it; without them where many lines would hide one another. */
  bands?: boolean;
  /** The same runs at their end, where these are played: the axis has room for all of it from the start. */
  whole?: readonly Run[];
  tools?: ReactNode;
}

/** Words of places on the horizontal axis. */
export const axisWords = (axis: XAxis) => ({
  formatX: (value: number) => curveWords.at[axis](axis === 'time' ? formatClock(value) : formatCount(value)),
  tickX: (value: number) => (axis === 'time' ? formatClock(value) : formatShort(value)),
});

export const percentTick = (value: number): string => formatSetting(Number((100 * value).toPrecision(6)));

/** Loss or accuracy step by step: a line for each group of runs, its mean, with the 95 % interval over its runs as a band, where these are enough. */
export function GroupCurves({ runs, of, seeds = false, caption = '', bands = true, whole, tools }: Props) {
  useMetricsVersion();
  const { axis, logLoss, rawValues, smoothing, group } = useSettings();
  const { current, selected } = useRuns();
  const options: CurveOptions = { axis, rawValues: rawValues ? 'chosen' : 'none', smoothing, current, selected, group, seeds };
  const lines = of === 'loss' ? lossSeries(runs, options) : accuracySeries(runs, options);
  const series = bands ? lines : lines.filter((one) => !one.faint).map((one) => ({ ...one, band: undefined }));
  const reach = whole ? (of === 'loss' ? lossSeries(whole, options) : accuracySeries(whole, options)) : series;
  const log = logLoss && lossesScale(reach, true).log;
  const splits = new Set(runs.map(followedOn));
  const split = curveWords.splits[splits.size > 1 ? 'mixed' : ([...splits][0] ?? 'test')];
  const named = series.filter((one) => !one.faint);
  const format = of === 'loss' ? formatTrainLoss : formatPercent;
  // A run that is yet to measure has no end.
  const ends = partsOf(named.flatMap((one) => {
    const last = one.y[one.y.length - 1];
    return last === undefined ? [] : [`${partsOf([one.label, one.second])} ${format(last)}`];
  }));
  const sy = of === 'loss' ? lossesScale(reach, logLoss) : accuracyScale(reach, fewestPictures(whole ?? runs));
  const groups = groupRuns(runs, group);
  const banded = series.filter((one) => one.band);
  const title = of === 'loss' ? curveWords.loss : split.title;
  return (
    <Plot
      title={title}
      facts={() => curveFacts(title, runs, series, { sy, shares: of === 'accuracy', group, smoothed: of === 'loss' && smoothing > 0 })}
      summary={series.length === 0 ? curveWords.none : of === 'loss' ? curveWords.lossSummary(ends) : curveWords.accuracySummary(ends)}
      caption={[caption, axis === 'time' && mixesTimes(runs) && curveWords.unlike, of === 'loss' && smoothing > 0 && series.length > 0 && curveWords.smoothLoss, series.some((one) => one.pale) && curveWords.pale, bands && meanWords(series, sy, of === 'accuracy'), of === 'loss' && beyondWords(series, sy), bands && groups.some(isPooled) && plotWords.pooled, linelessWords(groups, series), banded.length > 3 && plotWords.hint].filter(Boolean).join(' ') || undefined}
      tools={tools}
      of={pictureOf(runs)}
      xLabel={curveWords.axisNames[axis]}
      yLabel={of === 'accuracy' ? split.unit : log ? curveWords.lossLog : curveWords.lossLinear}
      sx={xScale(runs, axis, 1)}
      sy={sy}
      gutter={gutterOf(reach)}
      series={series}
      {...axisWords(axis)}
      formatY={format}
      formatTick={of === 'loss' ? formatTick : percentTick}
      heads={{ x: curveWords.axisHeads[axis], y: of === 'loss' ? curveWords.lossLinear : split.unit }}
      share={of === 'accuracy'}
      empty={<p>{curveWords.lossEmpty}</p>}
    />
  );
}
