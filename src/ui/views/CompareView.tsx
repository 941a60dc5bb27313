import { In } from './In';
import css from './views.module.css';

/** What was found on the first screen, the runs under it, and sections that open. */
export function CompareView() {
  return (
    <div className={css.compare}>
      <In view="compare" place="first" />
      <In view="compare" place="runs" />
      <div>
        <In view="compare" place="below" />
      </div>
    </div>
  );
}
