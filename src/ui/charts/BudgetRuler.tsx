import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import type { BudgetRow } from '../../train/protocol';
import { formatCount, formatShort } from '../format';
import { methodLook } from '../methods';
import { t } from '../strings';
import { budgetScale, moveBudget } from './budget';
import { identity, Mark, MethodKey } from './MethodKey';
import { at, valueAt } from './scale';
import css from './BudgetRuler.module.css';

interface Props {
  rows: BudgetRow[];
  budget: number;
  /** The setting of a method in few words: "r 8". */
  setting: (row: BudgetRow) => string;
  /** What is to be equal, and a value of it in words. */
  label: string;
  words: (value: number) => string;
  onChange: (budget: number) => void;
}

/** One log axis, one cut, a lane per method: what it can reach, and the setting nearest to the cut. */
export function BudgetRuler({ rows, budget, setting, label, words, onChange }: Props) {
  const grip = useRef<HTMLDivElement>(null);
  const scale = budgetScale(rows, budget);
  const x = (value: number) => `${100 * Math.min(1, Math.max(0, at(scale, value)))}%`;

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
    <div className={css.ruler} role="group" aria-label={t.budget.ruler}>
      <span />
      <div
        className={css.grip}
        ref={grip}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          follow(event);
        }}
        onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && follow(event)}
      >
        <output className={css.cutv} style={{ left: x(budget) }}>
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
          style={{ left: x(budget) }}
          onKeyDown={onKeyDown}
        />
      </div>
      <span />
      {rows.map((row) => (
        <div key={row.method} className={`${css.row} ${identity(row.method)}`}>
          <MethodKey method={row.method}>{methodLook(row.method).title}</MethodKey>
          <div className={css.lane}>
            {row.range[1] > 0 && <span className={css.reach} style={{ left: x(row.range[0]), width: `calc(${x(row.range[1])} - ${x(row.range[0])})` }} />}
            <span className={css.cut} style={{ left: x(budget) }} />
            {row.config && (row.reached ?? row.parameters) > 0 && (
              <span className={css.at}>
                <Mark method={row.method} left={100 * Math.min(1, Math.max(0, at(scale, row.reached ?? row.parameters)))} hollow={row.reason !== ''} />
              </span>
            )}
          </div>
          <span className={`${css.val} ${row.reason === '' ? '' : css.off}`}>{setting(row)}</span>
        </div>
      ))}
      <span />
      <div className={css.axis} aria-hidden="true">
        {scale.ticks.map((tick) => (
          <span key={tick} style={{ left: x(tick) }}>
            {formatShort(tick)}
          </span>
        ))}
      </div>
      <span />
    </div>
  );
}
