import { useDeferredValue } from 'react';
import { In } from './In';
import css from './views.module.css';

/** Findings on the first screen, the runs under it, and sections that open. */
export function CompareView() {
  // What lies under the first screen is drawn after it, in small pieces: who comes here while a training goes on waits for neither.
  const whole = useDeferredValue(true, false);
  return (
    <div className={css.compare}>
      <In view="compare" place="first" />
      {whole && (
        <>
          <In view="compare" place="runs" />
          <div>
            <In view="compare" place="below" />
          </div>
        </>
      )}
    </div>
  );
}
