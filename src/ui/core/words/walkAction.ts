import { formatNumber, plural } from '../../../language/format';

/** Training three runs and measuring the plane through them. */
export const walkActionWords = {
  inTrain: 'Change this in Train',
  noLines: 'The straight lines between the runs have not been measured yet.',
  grid: 'Points of the plane',
  grids: (side: number) => side === 25 ? '25 × 25, RandLoRA paper' : `${formatNumber(side)} × ${formatNumber(side)}`,
  train: (methods: string) => `Train ${methods}, then measure the plane`,
  /** Work of the button, after what it trains on. */
  cost: (runs: number, time: string, models: string, measuring: string, data: string, model: string, steps: string, points: string) => `On ${data} with ${model}: ${runs === 0 ? '' : `${plural(runs, 'one run', `${formatNumber(runs)} runs`)} of ${steps} steps${time ? `, about ${time}` : ', time known after the first'}; then `}${models} models to measure (${points} on the plane, the others on the lines between the runs and on their paths)${measuring ? `, about ${measuring}` : ''}.`,
  measure: 'Measure the plane',
  again: 'Measure again',
  training: (done: number, runs: number, method: string) => `${formatNumber(done)} of ${formatNumber(runs)} runs are trained${method ? `, ${method} is going on` : ''}. The plane is measured after the last.`,
  steps: (step: number, steps: number) => `Step ${formatNumber(step)} of ${formatNumber(steps)}.`,
  cancel: 'Cancel',
  busy: 'Another run is in progress. Start once it has ended.',
  measuring: 'The plane is being measured, from coarse to fine.',
  failed: 'A run ended without trained weights, so the plane was not measured. The list of runs says why; the button tries again what is missing.',
};
