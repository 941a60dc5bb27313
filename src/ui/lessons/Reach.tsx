import { useMemo } from 'react';
import { SIDE, STOPS, type Course } from '../../analysis/reach.meta';
import { extentScale, linearScale } from '../../figures/scale';
import { methodLook } from '../../figures/methods';
import { formatCount, formatFixed, formatSetting } from '../../language/format';
import { defined } from '../../numbers/defined';
import { gutterOf } from '../kit/charts/endNames';
import { MethodKey } from '../kit/charts/MethodKey';
import { Plot } from '../kit/charts/Plot';
import type { Series } from '../kit/charts/series';
import { Segmented } from '../kit/controls/Segmented';
import { MatrixPicture } from './MatrixPicture';
import { Slider } from '../kit/controls/Slider';
import { largest, useChoice, type Choice, type Nearest } from './nearest';
import { reachWords as w } from './words/reach';
import css from './reach.module.css';
import slider from '../kit/controls/slider.module.css';

/** Name of a method with its setting. */
const nameOf = ({ method, r }: Nearest): string => (r > 0 ? w.of(methodLook(method).title, r) : w.target);

/** A target and what each method makes of it, under two sliders: as pictures, errors and singular values. */
export function Reach({ choice, nearest }: { choice: Choice; nearest: readonly Nearest[] }) {
  const target = defined(nearest[0]).matrix;
  const most = useMemo(() => largest(target), [target]);
  return (
    <div className={css.reach}>
      <Sliders />
      <div className={css.body}>
        <ul className={css.pictures} aria-label={w.pictures}>
          {nearest.map((one) => (
            <Cell key={one.method} one={one} most={most} />
          ))}
        </ul>
        <div className={css.values}>
          <Values nearest={nearest} rank={choice.rank} />
        </div>
      </div>
    </div>
  );
}

function Sliders() {
  const { rank, course, stop } = useChoice();
  const { r } = defined(STOPS[stop]);
  return (
    <div className={slider.sliders}>
      <Slider label={w.rank} text={w.ofSide(rank, SIDE)} min={1} max={SIDE} value={rank} onChange={(value) => useChoice.setState({ rank: value })} />
      <Slider label={w.budget} text={w.numbers(r, 2 * SIDE * r)} min={0} max={STOPS.length - 1} value={stop} onChange={(value) => useChoice.setState({ stop: value })} />
      <div className={css.course}>
        <span aria-hidden="true">{w.course}</span>
        <Segmented label={w.course} value={course} options={(['equal', 'falling'] satisfies Course[]).map((value) => ({ value, text: w.courses[value] }))} onChange={(value) => useChoice.setState({ course: value })} />
      </div>
    </div>
  );
}

/** What one method reaches: picture, error, numbers. */
function Cell({ one, most }: { one: Nearest; most: number }) {
  const error = formatFixed(one.error, 2);
  return (
    <li className={css.cell}>
      <MatrixPicture matrix={one.matrix} most={most} label={w.picture(nameOf(one), error, one.rank)} />
      <p className={css.name}>
        <MethodKey method={one.method}>{nameOf(one)}</MethodKey>
      </p>
      <p className={css.error}>
        <b>{w.error(error, one.settled)}</b>
        <span className={css.bar} aria-hidden="true">
          <i style={{ width: `${100 * Math.min(1, one.error)}%` }} />
        </span>
      </p>
      <p className={css.facts}>
        <span>{w.trained(one.numbers)}</span> <span>{w.rankOf(one.rank)}</span>
      </p>
    </li>
  );
}

/** Singular values of the target and of every update. */
function Values({ nearest, rank }: { nearest: readonly Nearest[]; rank: number }) {
  const series = nearest.map((one): Series => ({ id: one.method, method: one.method, label: one.method === 'full' ? w.target : methodLook(one.method).title, detail: w.rankOf(one.rank), x: Array.from(one.singular, (_, i) => i + 1), y: one.singular, marks: false, live: false, strong: true, named: true }));
  return (
    <Plot
      title={w.values}
      caption={w.caption}
      summary={w.summary(rank, nearest.map((one) => `${nameOf(one)} ${w.rankOf(one.rank)}`))}
      xLabel={w.place}
      yLabel={w.value}
      sx={extentScale(SIDE)}
      sy={linearScale(0, Math.max(...nearest.map(({ singular }) => defined(singular[0]))))}
      series={series}
      gutter={gutterOf(series)}
      formatX={w.nth}
      tickX={formatCount}
      formatY={(value) => formatFixed(value, 3)}
      formatTick={formatSetting}
    />
  );
}
