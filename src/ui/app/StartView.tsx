import { In } from './In';
import css from './views.module.css';

/** First words and one button, beside what a comparison looks like. */
export function StartView() {
  return (
    <div className={css.start}>
      <In view="start" place="words" />
      <In view="start" place="picture" />
    </div>
  );
}
