import type { ReactNode } from 'react';
import { at, linearScale } from '../../figures/scale';
import { formatTick } from '../../language/format';
import { Figure } from '../kit/charts/Figure';
import { points, readOf, seedsWords as w } from './words/seeds';
import css from './intervals.module.css';

/** A difference, with its 95 % interval where it has one, in shares of 1. */
export interface Column {
  id: string;
  /** What it is of, whole, and as written under it where there is room. */
  of: string;
  label?: string;
  value: number;
  low?: number;
  high?: number;
  strong: boolean;
}

interface Props {
  title: string;
  caption: string;
  summary: string;
  tools?: ReactNode;
  columns: readonly Column[];
  /** Largest size of what is shown; the axis has both signs of it at least. */
  most: number;
}

/** Differences beside each other around 0, with their intervals. */
export function Intervals({ title, caption, summary, tools, columns, most }: Props) {
  const ends = columns.flatMap(({ value, low = value, high = value }) => [low, high]);
  const scale = linearScale(Math.min(-most, ...ends), Math.max(most, ...ends));
  const y = (value: number): number => 1000 * (1 - at(scale, value));
  const width = 1000 / columns.length;
  const cell = (value?: number): string | null => (value === undefined ? null : points(value));
  const plain = (value?: number): number | null => (value === undefined ? null : 100 * value);
  return (
    <Figure
      title={title}
      caption={caption}
      summary={summary}
      tools={tools}
      stops={columns.map((one) => readOf(one.of, one))}
      table={{ head: w.head, rows: columns.map(({ of, value, low, high }) => [of, cell(value), cell(low), cell(high)]), plain: { head: w.head, rows: columns.map(({ of, value, low, high }) => [of, plain(value), plain(low), plain(high)]) } }}
    >
      {(cursor) => (
        <div className={css.intervals}>
          <span className={css.unit}>{w.difference}</span>
          <div className={css.area}>
            <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">
              {scale.ticks.map((tick) => (
                <line key={tick} className={tick === 0 ? css.zero : css.grid} x1="0" x2="1000" y1={y(tick)} y2={y(tick)} />
              ))}
              {columns.map(({ id, low, high, strong }, i) => low !== undefined && high !== undefined && <line key={id} className={cursor === i ? css.here : strong ? css.strong : css.line} x1={(i + 0.5) * width} x2={(i + 0.5) * width} y1={y(low)} y2={y(high)} />)}
            </svg>
            {columns.map(({ id, value, label, strong }, i) => label !== undefined && <i key={id} className={strong || cursor === i ? css.dark : css.dot} style={{ left: `${(i + 0.5) * (width / 10)}%`, top: `${y(value) / 10}%` }} />)}
            {scale.ticks.map((tick) => (
              <span key={tick} className={css.tick} style={{ top: `${y(tick) / 10}%` }}>
                {formatTick(Number((100 * tick).toPrecision(6)))}
              </span>
            ))}
          </div>
          {columns.some(({ label }) => label) && (
            <div className={css.labels} style={{ gridTemplateColumns: `repeat(${columns.length}, minmax(0, 1fr))` }}>
              {columns.map(({ id, label }) => (
                <span key={id}>{label}</span>
              ))}
            </div>
          )}
        </div>
      )}
    </Figure>
  );
}
