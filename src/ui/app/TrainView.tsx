import { useCatalog } from '../core/data/catalog';
import { In } from './In';
import css from './views.module.css';
import { startWords } from '../core/words/start';

const places = ['top', 'data', 'model', 'live', 'below'] as const;

/** Data, model & methods, and what comes of them, from left to right; what few need is below. It is drawn once it is known what there is, so that nothing moves. */
export function TrainView() {
  const opening = useCatalog(({ models, datasets, device, failure }) => failure === '' && (models.length === 0 || datasets.length === 0 || device === null));
  if (opening) return <p role="status">{startWords.opening}</p>;
  return (
    <div className={css.train}>
      {places.map((place) => (
        <div key={place} className={css[place]}>
          <In view="train" place={place} />
        </div>
      ))}
    </div>
  );
}
