import { at, linearScale, logScale, valueAt, type Scale } from '../../../figures/scale';
import { defined } from '../../../numbers/defined';
import type { Series } from './series';

/** A part of the axis, and the lines in it from edge to edge. */

/** Ticks of a scale that starts and ends anywhere. */
function windowOf(scale: Scale, from: number, to: number): Scale {
  const { ticks } = scale.log && to / from > 1.5 ? logScale(from, to) : linearScale(from, to);
  return { min: from, max: to, log: scale.log, ticks: ticks.filter((tick) => tick >= from && tick <= to) };
}

/** Scales that show `from` to `to` of the horizontal axis; null when that is all of it, or less than can be told apart. */
export function zoomTo(sx: Scale, sy: Scale, series: readonly Series[], from: number, to: number): { sx: Scale; sy: Scale } | null {
  const [low, high] = [Math.max(sx.min, from), Math.min(sx.max, to)];
  if (!(at(sx, high) - at(sx, low) > 1e-4) || at(sx, high) - at(sx, low) > 0.999) return null;
  let [least, most] = [Infinity, -Infinity];
  for (const one of series) {
    const values = [one.y, one.raw].filter((column) => column !== undefined);
    for (let i = 0; i < one.x.length; i++) {
      const place = defined(one.x[i]);
      if (!one.constant && (place < low || place > high)) continue;
      for (const column of values) {
        const value = defined(column[i]);
        if (!Number.isFinite(value) || (sy.log && value <= 0)) continue;
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
    }
  }
  if (!(most >= least)) return { sx: windowOf(sx, low, high), sy };
  const pad = Math.max(0.05 * (at(sy, most) - at(sy, least)), 0.01);
  return { sx: windowOf(sx, low, high), sy: windowOf(sy, valueAt(sy, at(sy, least) - pad), valueAt(sy, at(sy, most) + pad)) };
}
