import { useCatalog } from '../store/catalog';
import { t } from '../strings';
import { In } from './In';
import css from './views.module.css';

/** Data, model & methods, and what comes of them, from left to right; what few need is below. It is drawn once it is known what there is, so that nothing moves. */
export function TrainView() {
  const opening = useCatalog(({ models, datasets, device, failure }) => failure === '' && (models.length === 0 || datasets.length === 0 || device === null));
  if (opening) return <p role="status">{t.start.opening}</p>;
  return (
    <div className={css.train}>
      <div className={css.top}>
        <In view="train" place="top" />
      </div>
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
