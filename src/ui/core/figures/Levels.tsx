import type { CSSProperties } from 'react';
import { defined } from '../../../numbers/defined';
import { goodness, isoValues, namedValues, type Range } from '../../kit/charts/plane';
import css from './landscape.module.css';
import { landscapeWords } from '../words/landscape';

/** Legend for the shades of a landscape: a band between each two lines, with the values of some. */
export function Levels({ range, format }: { range: Range; format: (value: number) => string }) {
  const { values } = isoValues(range);
  const edges = [range.low, ...values, range.high];
  const place = (value: number) => (100 * (value - range.low)) / (range.high - range.low);
  const end = range.quantity === 'loss' ? landscapeWords.cutAt(format(range.high)) : format(range.high);
  return (
    <div className={css.levels}>
      <p>{landscapeWords.units[range.quantity]}</p>
      <div className={css.bands}>
        {edges.slice(1).map((edge, k) => {
          const from = defined(edges[k]);
          return <i key={edge} style={{ '--v': (100 * goodness(range, (edge + from) / 2)).toFixed(1), left: `${place(from)}%`, width: `${place(edge) - place(from)}%` } as CSSProperties} />;
        })}
      </div>
      <span style={{ left: 0 }}>{format(range.low)}</span>
      {namedValues(range).map((value) => (
        <span key={value} className={css.middle} style={{ left: `${place(value)}%` }}>
          {format(value)}
        </span>
      ))}
      <span style={{ right: 0 }}>{end}</span>
    </div>
  );
}
