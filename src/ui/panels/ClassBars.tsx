import { identity } from '../charts/MethodKey';
import { formatPercent } from '../format';
import css from './panels.module.css';

interface Props {
  method: string;
  classes: string[];
  /** Accuracy of each class, 0 to 1; NaN for a class with no image. */
  values: number[];
  /** The same without training: a tick on each bar, and a second number. */
  before?: number[];
}

const width = (share: number): string => `${100 * (share || 0)}%`;

/** A bar for each class. */
export function ClassBars({ method, classes, values, before }: Props) {
  return (
    <ul className={`${css.bars} ${identity(method)}`}>
      {classes.map((name, i) => (
        <li key={name}>
          <span>{name}</span>
          <span className={css.bar} aria-hidden="true">
            <i style={{ width: width(values[i]) }} />
            {before && Number.isFinite(before[i]) && <b style={{ left: width(before[i]) }} />}
          </span>
          <span className={css.number}>
            {formatPercent(values[i])}
            {before && <small> {formatPercent(before[i])}</small>}
          </span>
        </li>
      ))}
    </ul>
  );
}
