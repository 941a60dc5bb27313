import { part } from '../kit/controls/Part';
import css from './place.module.css';
import { boardWords } from '../core/words/board';

export const Board = part(() => import('./Board').then((module) => module.default), <p className={css.loading}>{boardWords.loading}</p>);

/** The first screen of a comparison. Its code comes with the view. */
export function BoardPanel() {
  return (
    <section aria-label={boardWords.title} className={css.board}>
      <Board />
    </section>
  );
}
