import { In } from './In';
import css from './views.module.css';

/** Data, model & methods, and what comes of them, from left to right; what few need is below. */
export function TrainView() {
  return (
    <div className={css.train}>
      <div className={css.data}>
        <In view="train" place="data" />
      </div>
      <div className={css.model}>
        <In view="train" place="model" />
      </div>
      <div className={css.live}>
        <In view="train" place="live" />
      </div>
      <div className={css.below}>
        <In view="train" place="below" />
      </div>
    </div>
  );
}
