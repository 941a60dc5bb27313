import { In } from './In';
import css from './views.module.css';

/** Data, model & methods, and what comes of them, from left to right; what few need is below. */
export function TrainView() {
  return (
    <>
      <div className={css.flow}>
        <div className={css.column}>
          <In view="train" place="data" />
        </div>
        <div className={css.column}>
          <In view="train" place="model" />
        </div>
        <div className={`${css.column} ${css.live}`}>
          <In view="train" place="live" />
        </div>
      </div>
      <div className={css.below}>
        <In view="train" place="below" />
      </div>
    </>
  );
}
