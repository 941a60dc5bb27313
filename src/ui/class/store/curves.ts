import { ema } from '../../../figures/lines';
import { defined } from '../../../numbers/defined';
import { roomBounds, type RoomCurve } from '../../../records/class.meta';
import { initialSettings } from '../../core/settings/settings';

/** Points of a curve that a class is told: step and loss, evenly spread, with the last; smoothed over all steps, as the class's plots are at first. */
export function sentCurve(steps: ArrayLike<number>, losses: ArrayLike<number>, most: number = roomBounds.points): RoomCurve['points'] {
  const smoothed = ema(losses, initialSettings.smoothing);
  const known = Array.from(steps).flatMap((step, i): RoomCurve['points'] => (Number.isFinite(smoothed[i]) ? [[step, Math.min(roomBounds.loss, Number(defined(smoothed[i]).toPrecision(4)))]] : []));
  const stride = Math.max(1, (known.length - 1) / (most - 1));
  return Array.from({ length: Math.min(known.length, most) }, (_, i) => defined(known[Math.round(i * stride)]));
}
