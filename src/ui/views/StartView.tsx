import { In } from './In';
import css from './views.module.css';

/** The first words, one button, and what a comparison looks like. */
export function StartView() {
  return (
    <div className={css.column}>
      <In view="start" place="top" />
      <In view="start" place="below" />
    </div>
  );
}
