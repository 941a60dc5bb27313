import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import type { BudgetRow } from '../../../train/protocol';
import { formatCount, formatShort } from '../../../language/format';
import { moveBudget } from './budget';
import { Mark } from './MethodKey';
import { at, roomyTicks, tickPlace, valueAt, type Scale } from '../../../figures/scale';
import { textWidth } from './textWidth';
import { useSize } from './useSize';
import css from './BudgetRuler.module.css';

/** One log axis and one cut in three parts, which stand over, in and under the rows of a table: the slider, a lane per method, the ticks. */

const place = (scale: Scale, value: number): string => `${100 * Math.min(1, Math.max(0, at(scale, value)))}%`;

interface GripProps {
  scale: Scale;
  budget: number;
  /** The quantity to match, and its values in words. */
  label: string;
  words: (value: number) => string;
  onChange: (budget: number) => void;
}

/** The slider: arrow keys move it by a twentieth, Page keys by two. */
export function BudgetGrip({ scale, budget, label, words, onChange }: GripProps) {
  const grip = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const next = moveBudget(event.key, budget, scale);
    if (next === null) return;
    event.preventDefault();
    onChange(next);
  };
  const follow = (event: PointerEvent) => {
    const box = grip.current!.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    onChange(Math.round(valueAt(scale, share)));
  };
  return (
    <div
      className={css.grip}
      ref={grip}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        follow(event);
      }}
      onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && follow(event)}
    >
      <output className={css.cutv} style={tickPlace(100 * Math.min(1, Math.max(0, at(scale, budget))), formatCount(budget), true)}>
        {formatCount(budget)}
      </output>
      <span
        className={css.handle}
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={Math.round(scale.min)}
        aria-valuemax={Math.round(scale.max)}
        aria-valuenow={budget}
        aria-valuetext={words(budget)}
        style={{ left: place(scale, budget) }}
        onKeyDown={onKeyDown}
      />
    </div>
  );
}

/** The range that a method can reach, and the amount at its setting nearest to the cut. */
export function BudgetLane({ scale, budget, row }: { scale: Scale; budget: number; row: BudgetRow | undefined }) {
  const reached = row?.config ? (row.reached ?? row.parameters) : 0;
  return (
    <div className={css.lane} aria-hidden="true">
      {row && row.range[1] > 0 && <span className={css.reach} style={{ left: place(scale, row.range[0]), width: `calc(${place(scale, row.range[1])} - ${place(scale, row.range[0])})` }} />}
      <span className={css.cut} style={{ left: place(scale, budget) }} />
      {row && reached > 0 && (
        <span className={css.at}>
          <Mark method={row.method} left={100 * Math.min(1, Math.max(0, at(scale, reached)))} />
        </span>
      )}
    </div>
  );
}

/** The lane is as narrow as its table leaves it. */
const narrowest = { width: 1, height: 1 };

/** The ticks that have room. */
export function BudgetAxis({ scale }: { scale: Scale }) {
  const [ref, { width, em, family }] = useSize<HTMLDivElement>(narrowest);
  return (
    <div ref={ref} className={css.axis} aria-hidden="true">
      {roomyTicks(scale, width, (tick) => textWidth(formatShort(tick), `${em}px ${family}`)).map((tick) => (
        <span key={tick} style={{ left: place(scale, tick) }}>
          {formatShort(tick)}
        </span>
      ))}
    </div>
  );
}
