import css from '../figures/landscape.module.css';
import { useLeftOut } from '../analyses/analyses';
import { insideWords } from '../words/inside';

/** Which of the trained methods are not here, and why. */
export function LeftOut() {
  const titles = useLeftOut();
  return titles.length > 0 && <p className={css.caption}>{insideWords.leftOut(titles)}</p>;
}
