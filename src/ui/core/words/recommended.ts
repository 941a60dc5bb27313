import { inMedium } from '../../../language/medium';
import { counted, formatNumber } from '../../../language/format';
import type { Shorter } from '../runs/shorter';

/** The one method that own pictures are learned by, and what is offered where runs take long. */
export const recommendedWords = {
  title: 'Recommended',
  compare: 'Compare methods',
  /** `now`: the model, where nothing was recorded with it. */
  why: (method: string, alike: number, data: string, model: string, seeds: number, now: string) => `${method}, one run: it trains a small addition to the model, which stays as it is. ${now ? `No method has been measured with ${now} yet. In` : 'In'} the recorded comparison on ${data} (${model}, ${counted(seeds, 'run', 'runs')} of each) ${alike > 1 ? `none of the ${formatNumber(alike)} best methods was ahead of the others by more than chance, and of those that leave a small file it takes the least work` : 'it was ahead of all others'}.`,
  /** What the length comes to for each picture. */
  sees: (steps: number, each: number, times: number) => inMedium`${counted(steps, 'step', 'steps')} of ${counted(each, 'picture', 'pictures')}: each of those to train on is seen about ${counted(times, 'time', 'times')}.`,
  /** Beside it, where the number of pictures is what made the run short. */
  get few() { return inMedium`Fewer steps than usual, since more would only show these few pictures again.`; },
  endEarly: 'End early',
  endEarlyHelp: (evaluations: number) => inMedium`Ends once ${counted(evaluations, 'evaluation', 'evaluations')} in a row have not lowered the loss on the pictures held back. The best weights are kept.`,
  takes: (time: string, mib: string) => `${time ? `About ${time}` : 'The time is being measured'}${mib ? `, ${mib}\u00a0MiB of memory` : ''} on this device.`,
  /** `first`: of the methods that are compared the first to be trained is of use before the others. */
  long: (time: string, first: boolean) => `This takes about ${time} on this device.${first ? ' The first run can be used as soon as it has ended, while the others wait.' : ''}`,
  shorter: (what: Shorter['what'], to: string, time: string) => `${what === 'method' ? `${to} alone` : what === 'side' ? inMedium`Pictures of ${to} pixels` : `${to} steps`}: about ${time}`,
  /** What each of these costs. */
  cost: { method: 'One method alone is compared with nothing.', get side() { return inMedium`Smaller pictures show less: what that costs in accuracy is not known before it is tried.`; }, steps: 'Fewer steps learn less; the result says whether a longer run would help.' },
};
