import { ema } from '../../figures/lines';
import { methodLook } from '../../figures/methods';
import { extentScale, linearScale, logScale, type Scale } from '../../figures/scale';
import { formatCount, formatFixed, formatPercent, formatSetting, formatShort, formatTick, formatTrainLoss } from '../../language/format';
import { defined } from '../../numbers/defined';
import type { RecordedRates } from '../core/analyses/recordedAnalyses';
import { accuracyScale, lossScale } from '../core/figures/curves';
import { percentTick } from '../core/figures/GroupCurves';
import { curveWords } from '../core/words/curves';
import { gutterOf } from '../kit/charts/endNames';
import { Plot } from '../kit/charts/Plot';
import type { Series } from '../kit/charts/series';
import { Choice } from '../kit/controls/Choice';
import { allAt, chosenOf, commonAt, commonRates, underHand, useHand } from './rates';
import { Slider } from '../kit/controls/Slider';
import { nameOf, ratesWords as w } from './words/rates';
import css from '../kit/controls/slider.module.css';

/** Weight of the past in smoothed losses. */
const smoothing = 0.8;
const share = (value: number): string => `${formatPercent(value)}\u00a0%`;
const line = { marks: false, live: false, strong: false, named: true };

/** Chooses a method, and moves its rate along the ladder. */
function Hand({ rates }: { rates: RecordedRates }) {
  const { of, run } = underHand(rates, useHand());
  return (
    <div className={css.sliders}>
      <Choice label={w.method} value={of.method.method} options={rates.methods.map((one) => [one.method.method, methodLook(one.method.method).title] as const)} onChange={(method) => useHand.setState({ method, lr: NaN })} />
      <Slider label={w.rate} text={formatSetting(run.lr)} min={0} max={of.runs.length - 1} value={of.runs.indexOf(run)} onChange={(at) => useHand.setState({ method: of.method.method, lr: defined(of.runs[at]).lr })} />
    </div>
  );
}

/** The loss of one method at every rate, that under the hand in front. */
export function RateCurve({ rates }: { rates: RecordedRates }) {
  const { of, run } = underHand(rates, useHand());
  const { method } = of.method;
  const steps = Array.from({ length: rates.steps }, (_, i) => i + 1);
  const curves = of.runs.map((one): Series => ({ ...line, id: String(one.lr), method, label: formatSetting(one.lr), detail: share(one.accuracy), x: steps.slice(0, one.curve.length), y: ema(one.curve, smoothing), raw: one === run ? one.curve : undefined, strong: one === run, pale: one !== run, rank: one === run ? 0 : 1 }));
  const level = Math.log(rates.classes);
  const series = [...curves, { ...line, id: 'guessing', method: 'ink', label: w.guessing(rates.classes), detail: formatFixed(level, 3), x: [1], y: [level], constant: true }];
  return (
    <Plot
      title={w.curve(nameOf(of))}
      caption={w.curveCaption}
      summary={w.curveSummary(nameOf(of), of.runs.map((one) => w.atRate(formatSetting(one.lr), share(one.accuracy))))}
      tools={<Hand rates={rates} />}
      xLabel={curveWords.axisNames.step}
      yLabel={curveWords.lossLinear}
      sx={extentScale(rates.steps)}
      sy={lossScale(series, false)}
      gutter={gutterOf(series)}
      series={series}
      formatX={(step) => curveWords.at.step(formatCount(step))}
      tickX={formatShort}
      formatY={formatTrainLoss}
      formatTick={formatTick}
    />
  );
}

/** Powers of ten among rates, which begin and end where the rates do. */
function around(rates: readonly number[]): Scale {
  const [min, max] = [Math.min(...rates) / 1.15, Math.max(...rates) * 1.15];
  const { ticks } = logScale(min, max);
  return { min, max, log: true, ticks: ticks.filter((tick) => tick >= min && tick <= max) };
}

/** Accuracy of every method against its rate, with the place of the hand. */
export function RateAccuracies({ rates }: { rates: RecordedRates }) {
  const { of, run } = underHand(rates, useHand());
  const series = rates.methods.map((one): Series => ({ ...line, id: one.method.method, method: one.method.method, label: methodLook(one.method.method).title, detail: share(chosenOf(one).accuracy), x: one.runs.map(({ lr }) => lr), y: one.runs.map(({ accuracy }) => accuracy), marks: true, strong: one === of, rank: one === of ? 0 : 1 }));
  const all = series.flatMap(({ x }) => Array.from(x));
  return (
    <Plot
      title={w.accuracies}
      caption={w.accuraciesCaption}
      summary={w.accuraciesSummary(series.map(({ label, detail }) => `${label} ${detail}`))}
      tools={<Hand rates={rates} />}
      xLabel={w.rateAxis}
      yLabel={curveWords.splits.test.unit}
      sx={around(all)}
      sy={linearScale(0, Math.max(...series.flatMap(({ y }) => Array.from(y))))}
      gutter={gutterOf(series)}
      series={series}
      now={{ x: run.lr, text: formatSetting(run.lr) }}
      formatX={(lr) => w.rateOf(formatSetting(lr))}
      tickX={formatTick}
      formatY={formatPercent}
      formatTick={percentTick}
      share
    />
  );
}

/** Two places beside each other. */
const sides: Scale = { min: -0.05, max: 1.05, log: false, ticks: [0, 1] };

/** Accuracies of methods at one rate, and each at its own. */
export function RateOrder({ rates }: { rates: RecordedRates }) {
  const all = commonRates(rates);
  const lr = commonAt(rates, useHand(({ common }) => common));
  const series = allAt(rates, lr).map(({ method, here, own }): Series => ({ ...line, id: method, method, label: methodLook(method).title, detail: `${share(own.accuracy)}, ${formatSetting(own.lr)}`, x: [0, 1], y: [here.accuracy, own.accuracy], words: [share(here.accuracy), ''], marks: true, strong: true }));
  const places = w.places(formatSetting(lr));
  return (
    <Plot
      title={w.order}
      caption={w.orderCaption}
      summary={w.accuraciesSummary(series.map(({ label, detail }) => `${label} ${detail}`))}
      tools={
        <div className={css.sliders}>
          <Slider label={w.common} text={formatSetting(lr)} min={0} max={all.length - 1} value={all.indexOf(lr)} onChange={(at) => useHand.setState({ common: defined(all[at]) })} />
        </div>
      }
      xLabel={w.orderAxis}
      yLabel={curveWords.splits.test.unit}
      sx={sides}
      sy={accuracyScale(series, rates.tested)}
      gutter={gutterOf(series)}
      series={series}
      formatX={(at) => defined(places[at < 0.5 ? 0 : 1])}
      tickX={(at) => defined(places[at < 0.5 ? 0 : 1])}
      formatY={formatPercent}
      formatTick={percentTick}
      places
      share
    />
  );
}
