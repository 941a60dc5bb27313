import { useDeferredValue } from 'react';
import { Fold } from '../controls/Fold';
import { part } from '../controls/Part';
import { useComparedRun } from '../store/compared';
import { t } from '../strings';
import css from './panels.module.css';

/** It comes when it is opened, or while the page is idle. */
const RunResults = part(() => import('./RunResults').then((module) => module.default), <p className={css.soft}>{t.board.loading}</p>);

/** The selected run by itself. */
export function ResultsPanel() {
  // Not urgent: the matrix may come a moment after the curves.
  const run = useDeferredValue(useComparedRun());
  return (
    run && (
      <Fold title={t.comparing.sections.run.title(run.name)} what={t.comparing.sections.run.what}>
        <RunResults run={run} />
      </Fold>
    )
  );
}
