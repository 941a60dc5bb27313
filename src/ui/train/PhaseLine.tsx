import type { CSSProperties } from 'react';
import { formatCount, formatFixed } from '../../language/format';
import { liveOf, useMetricsVersion } from '../core/runs/metrics';
import type { Run } from '../core/runs/runs';
import { isBusy, phasesOf } from './phases';
import css from '../core/parts/panels.module.css';
import { runWords, phasesWords } from '../core/words/run';
import { hubWords } from '../core/words/hub';

/** Named phases with the counts of the one that is going on. The run bar also says them aloud. */
export function PhaseLine({ run }: { run: Run }) {
  useMetricsVersion();
  const live = liveOf(run.id);
  const phases = phasesOf(run);
  const state = run.state === 'paused' ? (isBusy(run.phase, live) ? runWords.pausing : runWords.paused) : run.state === 'stopping' ? runWords.stopping : '';
  const steps = run.plan?.steps ?? run.spec.train.steps;
  const trained = steps > 0 ? (100 * live.step) / steps : 0;
  // An evaluation in between is a part of the training, which goes on after it.
  const between = run.phase === 'evaluate' && trained < 100;
  const now = run.phase === '' ? -1 : phases.indexOf(between ? 'train' : run.phase);
  const share = between ? trained : live.total > 0 ? Math.min(100, (100 * live.done) / live.total) : 0;
  const of = `${count(live.done, live.unit)} / ${count(live.total, live.unit)} ${units[live.unit] ?? ''}`.trimEnd();
  const amount = between ? `${formatCount(live.step)} / ${formatCount(steps)}, ${phasesWords.evaluate} ${of}` : of;
  const className = (i: number) => (i === now ? css.live : i < now ? css.done : undefined);
  return (
    <ol className={css.phases}>
      {phases.map((phase, i) => (
        <li key={phase} className={className(i)} style={{ '--p': share } as CSSProperties} aria-current={i === now ? 'step' : undefined}>
          <span>
            {phasesWords[phase]}
            {i === now && live.total > 0 && ` ${amount}`}
            {i === now && state && `, ${state}`}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** Words for the counted things; steps and bytes need none. */
const units: Readonly<Record<string, string | undefined>> = runWords.units;
const count = (value: number, unit: string): string => (unit === 'bytes' ? hubWords.megabytes(formatFixed(value / 1e6, 1)) : formatCount(value));
