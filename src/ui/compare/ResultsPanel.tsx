import { useDeferredValue } from 'react';
import { Fold } from '../kit/controls/Fold';
import { part } from '../kit/controls/Part';
import { useComparedRun } from '../core/runs/compared';
import css from '../core/parts/panels.module.css';
import { boardWords } from '../core/words/board';
import { compareWords } from '../core/words/compare';

/** It comes when it is opened, or while the page is idle. */
const RunResults = part(() => import('./RunResults').then((module) => module.default), <p className={css.soft}>{boardWords.loading}</p>);

/** The selected run by itself. */
export function ResultsPanel() {
  // Not urgent: the matrix may come a moment after the curves.
  const run = useDeferredValue(useComparedRun());
  return (
    run && (
      <Fold title={compareWords.sections.run.title(run.name)} what={compareWords.sections.run.what}>
        <RunResults run={run} />
      </Fold>
    )
  );
}
