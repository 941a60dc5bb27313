import { identity } from '../../kit/charts/MethodKey';
import { formatCount, formatPercent } from '../../../language/format';
import { wilson } from '../../../numbers/pairs';
import css from './panels.module.css';
import { resultsWords } from '../words/results';

interface Props {
  method: string;
  classes: string[];
  /** Accuracy of each class, 0 to 1; NaN for a class with no image. */
  values: number[];
  /** Images of each class: with them every bar has its 95 % interval. */
  counts?: number[];
  /** The same without training: a tick on each bar, and a second number. */
  before?: number[];
  /** Without a word on its lines, as where a caption has it. */
  bare?: boolean;
}

/** Classes of fewer pictures are spoken of. */
const few = 50;
const width = (share: number): string => `${100 * (share || 0)}%`;

/** A bar for each class, with how many pictures it speaks for. */
export function ClassBars({ method, classes, values, counts, before, bare = false }: Props) {
  const present = (counts ?? []).filter((count) => count > 0);
  const least = Math.min(...present);
  return (
    <>
      <ul className={`${css.bars} ${identity(method)}`}>
        {classes.map((name, i) => {
          const count = counts?.[i] ?? 0;
          // A run from elsewhere may have no more than its classes' names.
          const [value, start] = [values[i] ?? NaN, before?.[i] ?? NaN];
          const [low, high] = count > 0 ? wilson(value, count) : [NaN, NaN];
          const detail = count > 0 ? resultsWords.ofClass(name, formatCount(Math.round(value * count)), formatCount(count), formatPercent(low), formatPercent(high)) : undefined;
          return (
            <li key={name} title={detail}>
              <span>{name}</span>
              <span className={css.bar} aria-hidden="true">
                <i style={{ width: width(value) }} />
                {count > 0 && <u style={{ left: width(low), width: width(high - low) }} />}
                {Number.isFinite(start) && <b style={{ left: width(start) }} />}
              </span>
              <span className={css.number}>
                {formatPercent(value)}
                {count > 0 && <small>{'\u00a0'}{resultsWords.of(formatCount(count))}</small>}
                {before && <small> {formatPercent(start)}</small>}
                {detail && <span className="sr">{detail}</span>}
              </span>
            </li>
          );
        })}
      </ul>
      {present.length > 0 && !bare && (
        <p className={css.hint}>
          {resultsWords.intervals} {least < few && resultsWords.few(formatCount(least))}
        </p>
      )}
    </>
  );
}
