import { useMemo } from 'react';
import { holdsBack } from '../../train/config';
import { Plot } from '../kit/charts/Plot';
import { gutterOf } from '../kit/charts/endNames';
import { Check } from '../kit/controls/Check';
import { Segmented } from '../kit/controls/Segmented';
import { Term } from '../kit/controls/Term';
import { axisWords, percentTick } from '../core/figures/GroupCurves';
import { formatFixed, formatLoss, formatPercent, formatSetting, formatTick, formatTrainLoss, partsOf } from '../../language/format';
import { useBaselines } from '../core/runs/baselines';
import { modelById, useCatalog } from '../core/data/catalog';
import { standardTrain } from '../core/settings/fields';
import { liveOf, useMetricsVersion, type Column } from '../core/runs/metrics';
import { curveFacts } from '../core/figures/printed';
import { pictureOf } from '../core/figures/pictureOf';
import { followedOn, isLive, useRuns, type Run } from '../core/runs/runs';
import { changeSettings, useSettings, type XAxis } from '../core/settings/settings';
import { mixesTimes } from '../core/runs/timing';
import { useCurrentRun, useDrawnRuns } from '../core/runs/view';
import { accuracyScale, accuracySeries, meanWords, baselineSeries, columnSeries, beyondWords, fewestPictures, haveRaw, lossesScale, lossScale, lossSeries, xScale, type CurveOptions } from '../core/figures/curves';
import { LiveStats } from './LiveStats';
import { RatesSoFar } from '../core/parts/RateTable';
import { RecordedBar } from '../core/figures/RecordedBar';
import { StepHeading } from './StepHeading';
import css from '../core/parts/panels.module.css';
import { curveWords } from '../core/words/curves';
import { compareWords } from '../core/words/compare';

/** Live plots that can be had, in their order. */
const plotNames = ['loss', 'accuracy', 'batch', 'grad_norm', 'lr', 'ms'] as const;
const columnPlots = { batch: 'accuracy', grad_norm: 'grad_norm', lr: 'lr', ms: 'ms' } as const satisfies Partial<Record<(typeof plotNames)[number], Column>>;
const axes: XAxis[] = ['step', 'images', 'time'];

/** 3, first part: loss and accuracy of all runs on the data of the run that goes on, live. */
export function CurvesPanel() {
  const { axis, logLoss, rawValues, smoothing, curves, group } = useSettings();
  const drawn = useLines();
  const noRaw = drawn.length === 0 ? '' : smoothing === 0 ? curveWords.rawAlready : haveRaw(drawn, group) ? '' : curveWords.rawOwn;
  const shown = curves.split(',');
  return (
    <div className={css.column} data-charts>
      <StepHeading number={3} title={curveWords.title} last />
      <RecordedBar />
      <LiveStats />
      <details className={css.fold}>
        <summary>{curveWords.more}</summary>
        <div className={css.plotTools}>
          <span>{curveWords.axis}</span>
          <Segmented label={curveWords.axisLabel} value={axis} options={axes.map((value) => ({ value, text: curveWords.axes[value] }))} onChange={(value) => changeSettings({ axis: value })} />
          <Check checked={logLoss} onChange={(on) => changeSettings({ logLoss: on })}>
            {curveWords.log} <kbd className={css.kbd}>L</kbd>
          </Check>
          <Check checked={rawValues} disabled={noRaw !== ''} title={noRaw} onChange={(on) => changeSettings({ rawValues: on })}>
            {curveWords.raw}
          </Check>
          <span className={css.smoothing}>
            <Term name="smoothing">{curveWords.smoothing}</Term>
            <input type="range" aria-label={curveWords.smoothing} min="0" max="0.99" step="0.01" value={smoothing} onChange={(event) => changeSettings({ smoothing: Number(event.target.value) })} />
            <output>{formatFixed(smoothing, 2)}</output>
          </span>
          {plotNames.map((name) => (
            <Check key={name} checked={shown.includes(name)} onChange={(on) => changeSettings({ curves: plotNames.filter((one) => (one === name ? on : shown.includes(one))).join(',') })}>
              {curveWords.plots[name]}
            </Check>
          ))}
        </div>
      </details>
      <Plots />
      <Searching />
    </div>
  );
}

/** The runs that have lines. */
function useLines(): Run[] {
  const compared = useDrawnRuns();
  const hidden = useRuns((state) => state.hidden);
  return useMemo(() => compared.filter((run) => !hidden.includes(run.id) && (isLive(run) || run.evaluations.length > 0 || run.lastStep > 0 || run.ended > 0 || run.state === 'interrupted')), [compared, hidden]);
}

/** Drawn again at most four times a second while numbers come in. */
function Plots() {
  useMetricsVersion();
  const runs = useLines();
  const { current, selected } = useRuns();
  const { axis, logLoss, rawValues, smoothing, curves, train, group } = useSettings();
  const shown = curves.split(',');
  const standard = holdsBack({ ...standardTrain(false), ...train }) ? 'val' : 'test';
  const nextSteps = useCatalog((catalog) => Math.max(0, ...Object.values(catalog.plans).map((planned) => ('plan' in planned ? planned.plan.steps : 0))));
  const nextBatch = Number(train.batch ?? standardTrain(false).batch);
  const options: CurveOptions = { axis, rawValues: rawValues ? 'own' : 'none', smoothing, current, selected, group };
  const loss = lossSeries(runs, options);
  const of = pictureOf(runs);
  const splits = splitsOf(runs, standard);
  const baselines = useBaselines(runs);
  const accuracy = [...accuracySeries(runs, options), ...baselineSeries(baselines, splits)];
  const split = curveWords.splits[splits.size > 1 ? 'mixed' : ([...splits][0] ?? standard)];
  const sx = xScale(runs, axis, axis === 'time' ? 60 : Math.max(1, nextSteps * (axis === 'images' ? nextBatch : 1)));
  const gutter = gutterOf([...loss, ...accuracy]);
  const unlike = axis === 'time' && mixesTimes(runs) ? curveWords.unlike : '';
  const log = logLoss && lossesScale(loss, true).log;
  const lossY = lossesScale(loss, logLoss);
  const accuracyY = accuracyScale(accuracy, fewestPictures(runs));
  const sentences = (...all: string[]) => all.filter(Boolean).join(' ') || undefined;
  // A run that is yet to measure has no end.
  const ends = (series: typeof loss, format: (value: number) => string) => partsOf(series.flatMap((one) => {
    const last = one.y[one.y.length - 1];
    return one.faint || last === undefined ? [] : [`${one.label} ${format(last)}`];
  }));
  return (
    <div className={css.plots}>
      <OtherModel runs={runs} />
      {shown.includes('loss') && <Plot
        title={curveWords.loss}
        summary={loss.length > 0 ? curveWords.lossSummary(ends(loss, formatTrainLoss)) : curveWords.none}
        caption={sentences(unlike || (loss.some((one) => one.raw) ? curveWords.smoothed : smoothing > 0 && loss.length > 0 ? curveWords.smoothLoss : ''), meanWords(loss, lossY, false), beyondWords(loss, lossY))}
        of={of}
        xLabel={curveWords.axisNames[axis]}
        yLabel={log ? curveWords.lossLog : curveWords.lossLinear}
        sx={sx}
        gutter={gutter}
        sy={lossY}
        series={loss}
        facts={() => curveFacts(curveWords.loss, runs, loss, { sy: lossY, shares: false, group, smoothed: smoothing > 0 })}
        {...axisWords(axis)}
        formatY={formatTrainLoss}
        formatTick={formatTick}
        heads={{ x: curveWords.axisHeads[axis], y: curveWords.lossLinear }}
        empty={<p>{curveWords.lossEmpty}</p>}
      />}
      {shown.includes('accuracy') && <Plot
        title={split.title}
        summary={accuracy.length > 0 ? curveWords.accuracySummary(ends(accuracy, formatPercent)) : curveWords.none}
        caption={sentences(unlike, meanWords(accuracy, accuracyY, true))}
        of={of}
        xLabel={curveWords.axisNames[axis]}
        yLabel={split.unit}
        sx={sx}
        gutter={gutter}
        sy={accuracyY}
        series={accuracy}
        facts={() => curveFacts(split.title, runs, accuracy, { sy: accuracyY, shares: true, group, smoothed: false })}
        {...axisWords(axis)}
        formatY={formatPercent}
        formatTick={percentTick}
        heads={{ x: curveWords.axisHeads[axis] }}
        share
        empty={<p>{split.empty}</p>}
      />}
      {(Object.keys(columnPlots) as (keyof typeof columnPlots)[]).filter((name) => shown.includes(name)).map((name) => {
        const series = columnSeries(runs, columnPlots[name], options);
        const sy = name === 'batch' ? accuracyScale(series) : lossScale(series, logLoss && name === 'grad_norm');
        const format = name === 'batch' ? formatPercent : name === 'lr' ? formatSetting : formatLoss;
        return (
          <Plot
            key={name}
            title={curveWords.plots[name]}
            summary={series.length > 0 ? curveWords.lossSummary(ends(series, format)) : curveWords.none}
            caption={meanWords(series, sy, name === 'batch') || undefined}
            of={of}
            xLabel={curveWords.axisNames[axis]}
            yLabel={curveWords.columns[name]}
            sx={sx}
            gutter={gutter}
            sy={sy}
            series={series}
            {...axisWords(axis)}
            formatY={format}
            formatTick={name === 'batch' ? percentTick : formatTick}
            heads={{ x: curveWords.axisHeads[axis] }}
            share={name === 'batch'}
            empty={<p>{curveWords.columnEmpty}</p>}
          />
        );
      })}
    </div>
  );
}

/** Below the plots, which stay where they are as it grows. */
function Searching() {
  useMetricsVersion();
  const run = useCurrentRun();
  return run?.phase === 'search' ? <RatesSoFar trials={liveOf(run.id).trials} /> : null;
}

/** Names the models of the curves, if all of them are of another model than the next run. */
function OtherModel({ runs }: { runs: readonly Run[] }) {
  const model = useSettings((settings) => settings.model);
  const next = useCatalog((catalog) => modelById(catalog, model));
  if (!next || runs.length === 0 || runs.some((run) => run.spec.model === model)) return null;
  return <p className={css.soft}>{compareWords.otherModel([...new Set(runs.map((run) => run.modelTitle))], next.title)}</p>;
}

/** Splits that the accuracies are measured on: the same for all runs, or mixed; that of the next run while there is none. */
const splitsOf = (runs: readonly Run[], standard: 'val' | 'test'): Set<'val' | 'test'> => new Set(runs.length > 0 ? runs.map(followedOn) : [standard]);
