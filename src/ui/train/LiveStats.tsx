import { formatCount, formatLoss, formatPercent, formatRate, formatSetting } from '../../language/format';
import { liveOf, useMetricsVersion } from '../core/runs/metrics';
import type { Run } from '../core/runs/runs';
import { useSettings } from '../core/settings/settings';
import { useCurrentRun } from '../core/runs/view';
import { smoothedColumn } from '../core/figures/curves';
import { timeLeft } from './timeLeft';
import css from '../core/parts/panels.module.css';
import { rateWords } from '../core/words/rates';
import { statsWords } from '../core/words/run';

/** Live figures of the running run, changed in place. */
export function LiveStats() {
  const run = useCurrentRun();
  return run ? <Figures run={run} /> : null;
}

function Figures({ run }: { run: Run }) {
  useMetricsVersion();
  const live = liveOf(run.id);
  const smoothing = useSettings((settings) => settings.smoothing);
  // Where the line of the run ends.
  const loss = smoothedColumn(run, 'loss', smoothing).at(-1) ?? NaN;
  const total = run.plan?.steps ?? run.spec.train.steps;
  const last = live.trials.at(-1);
  if (run.phase === 'search')
    return (
      <dl className={css.stats}>
        <Stat name={rateWords.stats.tried} value={formatCount(live.trials.length)} />
        <Stat name={statsWords.left} value={timeLeft(run)} />
        <Stat name={rateWords.stats.last} value={last ? formatSetting(last.lr) : '–'} />
        <Stat name={rateWords.stats.accuracy} value={!last ? '–' : Number.isFinite(last.loss) ? formatPercent(last.accuracy) : rateWords.diverged} />
      </dl>
    );
  return (
    <dl className={css.stats}>
      <Stat name={statsWords.rate} value={formatRate(live.imagesPerSecond)} />
      <Stat name={statsWords.left} value={timeLeft(run)} />
      <Stat name={statsWords.step} value={formatCount(live.step)} of={total > 0 ? ` / ${formatCount(total)}` : ''} />
      <Stat name={smoothing > 0 ? statsWords.smoothed : statsWords.loss} value={formatLoss(loss)} />
    </dl>
  );
}

function Stat({ name, value, of = '' }: { name: string; value: string; of?: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value}
        <small>{of}</small>
      </dd>
    </div>
  );
}
