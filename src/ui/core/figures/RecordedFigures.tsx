import type { ReactNode } from 'react';
import type { AnalysedRun } from '../../../analysis/analysis.meta';
import { anyEarlier } from '../analyses/landscapeFindings';
import recorded from './recorded.module.css';
import css from './landscape.module.css';
import { landscapeWords } from '../words/landscape';

/** Two figures of recorded runs side by side, under what they are of: what there will be to see, where nothing of one's own is trained yet. */
export function RecordedFigures({ name, found, model, data, steps, runs, children }: { name: string; found?: string; model: string; data: string; steps: number; runs: AnalysedRun[]; children: ReactNode }) {
  return (
    <section className={css.recorded} aria-label={name}>
      <p>
        <span className={recorded.tag}>{name}</span> {found && <b>{found}</b>} <span className={css.caption}>{landscapeWords.recordedOn(model, data, steps)} {anyEarlier({ runs }) && landscapeWords.best}</span>
      </p>
      <div className={css.halves}>{children}</div>
    </section>
  );
}
