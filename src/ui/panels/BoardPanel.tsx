import { part } from '../controls/Part';
import { t } from '../strings';
import css from '../compare/place.module.css';

export const Board = part(() => import('../compare/Board').then((module) => module.default), <p className={css.loading}>{t.board.loading}</p>);

/** The first screen of a comparison. Its code comes with the view. */
export function BoardPanel() {
  return (
    <section aria-label={t.board.title} className={css.board}>
      <Board />
    </section>
  );
}
