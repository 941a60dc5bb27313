import { inMedium } from '../../../language/medium';

/** Words of what is measured along an update. */
export const alongWords = {
  stages: { open: 'Opening the adapter', intruders: 'Intruder dimensions', points: 'Measuring' },
  starting: 'Opening the adapter.',
  progress: (stage: string, done: string, total: string, left: string) => `${stage}: ${done} of ${total}${left ? `, about ${left} left` : ''}`,
  progressLabel: 'Measuring along the update',
  cancel: 'Cancel',
  cancelling: 'Ending after this place.',
  failed: (why: string) => `Not measured. ${why}`,
  takes: (time: string) => `about ${time}`,
  closed: 'The data that this adapter was trained on are not open.',
  training: 'A run is in progress. Measure once it has ended.',
  other: 'Something else is being measured. Measure once that has ended.',
  toIt: { try: 'Go to Try', inside: 'Go to Inside' },
  get images() { return inMedium`Test pictures`; },

  /** A difference with its 95 % interval, in points. */
  apart: (points: string, low: string, high: string) => `${points} points (95 % ${low} to ${high})`,
  get accuracy() { return inMedium`Accuracy on test pictures`; },
  accuracyOn: (data: string) => `Accuracy on ${data}`,
  drift: 'Drift from the pretrained model',
} as const;
