import { valueBetween } from './meanCurve';
import { at, valueAt, type Scale } from '../../../figures/scale';
import { defined } from '../../../numbers/defined';
import { lastOf, type Series } from './series';

/** Emphasis of one line of a plot: bands of many lines over one another hide what they show, one at a time does not. */

/** True where a line is the one that stands out, or a single seed of it. */
export const isPart = (one: Series, chosen: string): boolean => one.id === chosen || one.behind === chosen;

/** Opacity of each band where this many lie over one another: a single one is well seen, and all of them together hide no line. */
export const bandShade = (bands: number): number => Math.min(0.16, 1 - 0.75 ** (1 / Math.max(1, bands)));

/** Lines of their own, without single seeds and what has no points. */
export const lines = (series: readonly Series[]): Series[] => series.filter((one) => !one.faint && one.x.length > 0);

/** Lines from the top of a plot to its bottom, as their names stand: by their last values. */
export function fromTop(series: readonly Series[]): Series[] {
  const last = ({ y }: Series): number => {
    const value = lastOf(y);
    return Number.isFinite(value) ? value : -Infinity;
  };
  return lines(series).sort((a, b) => last(b) - last(a));
}

/** The line nearest to a place of the plot, as long as it is near; `x` and `y` are shares of its sides from the lower left. */
export function lineAt(series: readonly Series[], sx: Scale, sy: Scale, x: number, y: number, near: number): string | null {
  const place = valueAt(sx, x);
  let best: { id: string; far: number } | null = null;
  for (const one of lines(series)) {
    const value = one.constant ? defined(one.y[0]) : valueBetween(one, place);
    const far = Number.isFinite(value) ? Math.abs(at(sy, value) - y) : Infinity;
    if (far <= near && (best === null || far < best.far)) best = { id: one.id, far };
  }
  return best?.id ?? null;
}

/** The line that a step up or down leads to from the one that stands out; from none to the first or the last. */
export function step(series: readonly Series[], chosen: string | null, down: boolean): Series | null {
  const order = fromTop(series);
  const here = order.findIndex(({ id }) => id === chosen);
  if (here < 0) return (down ? order[0] : order[order.length - 1]) ?? null;
  return defined(order[Math.min(order.length - 1, Math.max(0, here + (down ? 1 : -1)))]);
}
