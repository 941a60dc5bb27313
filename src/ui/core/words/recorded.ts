import { plural, formatNumber } from '../../../language/format';

/** The recorded comparison. */
export const recordedWords = {
  tag: (data: string, model: string, seeds: number) => `Recorded runs on ${data} with ${model}, ${plural(seeds, 'one seed', `${formatNumber(seeds)} seeds`)}`,
  one: 'Recorded runs, one seed each',
  shown: 'recorded runs',
  /** Reasons for not showing recorded runs that nobody has left out. */
  away: { ended: '(hidden: there are other results)', model: '(off beside another model)', inClass: '(off in a class)' },
  comparison: 'A recorded comparison',
  name: 'recorded',
  play: 'Play',
  pause: 'Pause',
  playPrimary: 'Play the recorded runs',
  anyway: 'Train anyway',
  phone: 'Training on a phone takes a long time and drains the battery. The recorded runs play right away.',
  noDevice: 'You can’t train on this device. Watch the recorded runs instead.',
  place: 'Place in the recording',
  at: (step: string, steps: string) => `step ${step} of ${steps}`,
  about: (data: string, model: string, steps: number, device: string) => `${model} on ${data}, ${formatNumber(steps)} steps, recorded with ${device}. The curves are those of seed 0; ± is the 95 % interval of the mean.`,
  busy: 'The processor was busy with other work: compare steps, not seconds.',
  /** Parts as “steps 60 → 20”. */
  differs: (parts: string) => `Your runs will differ: ${parts}.`,
  how: 'How it was made',
  accuracy: (rows: string) => `Test accuracy, %: ${rows}.`,
  /** One that misses the budget, with how far. */
  off: (name: string, mean: string, times: number) => `${name} ${mean} (× ${formatNumber(times)} of the budget)`,
  note: (method: string, why: string) => `${method}: ${why}`,
};
