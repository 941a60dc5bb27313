import { trainsOf } from '../../../adapters/fields';
import type { ModelInfo, RunSpec } from '../../../train/protocol';
import type { Settings } from '../settings/settings';
import { LONG } from './long';

/** Smaller settings that are offered where the chosen ones take long. */

/** Steps and pixels that a run is not cut below: little is learned in fewer, and little seen in smaller pictures. */
const [LEAST_STEPS, LEAST_SIDE] = [20, 64];
/** The most of the time that something smaller may take to be worth a button. */
const WORTH = 0.8;

export interface Shorter {
  what: 'method' | 'side' | 'steps';
  /** Of the method its name; else pixels, or steps. */
  to: string | number;
  /** Seconds of all runs then. */
  seconds: number;
  change: Partial<Settings>;
}

/** A number that people would choose, no larger than this one. */
const round = (value: number): number => (value >= 100 ? Math.floor(value / 50) * 50 : Math.floor(value / 5) * 5);

/** Largest half, quarter and so on of a model's input that its patches fill and with which the runs are no longer long, or the smallest there may be; work goes by its area. Null where none is smaller. */
function smallerSide(model: Pick<ModelInfo, 'patch_size' | 'image_size'>, side: number, seconds: number): { to: number; seconds: number } | null {
  const patch = model.patch_size;
  if (!patch) return null;
  let found: { to: number; seconds: number } | null = null;
  for (let parts = 2; ; parts *= 2) {
    const to = Math.floor(side / parts / patch) * patch;
    if (to < LEAST_SIDE) return found;
    found = { to, seconds: seconds * (to / side) ** 2 };
    if (found.seconds <= LONG) return found;
  }
}

/** Offers for runs of so many seconds and steps, the one that costs the comparison least first: fewer methods, a smaller input, fewer steps. `alone` is the time of one of them. Empty where they are not long. */
export function shorterThan({ specs, steps, seconds, settings, model, alone }: { specs: readonly RunSpec[]; steps: number; seconds: number; settings: Pick<Settings, 'train'>; model: ModelInfo | undefined; alone: (spec: RunSpec) => number }): Shorter[] {
  const [first] = specs;
  if (!first || seconds <= LONG) return [];
  const offers: Shorter[] = [];
  const one = specs.find(({ method }) => trainsOf(method.method) === 'adapter') ?? first;
  if (specs.length > 1) offers.push({ what: 'method', to: one.method.method, seconds: alone(one), change: { methods: [one.method.method] } });
  const side = !model || model.language ? null : smallerSide(model, first.train.image_size || model.image_size, seconds);
  if (side) offers.push({ what: 'side', ...side, change: { train: { ...settings.train, image_size: side.to } } });
  const to = Math.max(LEAST_STEPS, round((steps * LONG) / seconds));
  offers.push({ what: 'steps', to, seconds: (seconds * to) / steps, change: { train: { ...settings.train, steps: to } } });
  return offers.filter((offer) => offer.seconds <= WORTH * seconds);
}
