import css from '../figures/landscape.module.css';
import { useLeftOut } from '../analyses/analyses';
import { insideWords } from '../words/inside';

/** Trained methods that are left out here, and why. */
export function LeftOut() {
  const titles = useLeftOut();
  return titles.length > 0 && <p className={css.caption}>{insideWords.leftOut(titles)}</p>;
}
