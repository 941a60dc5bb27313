import { useDeferredValue } from 'react';
import { Fold } from '../controls/Fold';
import { part } from '../controls/Part';
import { useComparedRun } from '../store/compared';
import css from './panels.module.css';
import { boardWords } from '../words/board';
import { compareWords } from '../words/compare';

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
