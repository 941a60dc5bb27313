import { inMedium } from '../../../language/medium';

/** Words of intruder dimensions that are looked for when asked, and scaled down. */
export const scalingWords = {
  slow: 'Large directions of a trained weight that no direction of the pretrained one resembles. They have not been looked for here.',
  find: 'Find intruder dimensions',
  title: 'Scale intruder dimensions down',
  about: 'The part of each trained weight along its intruder dimensions is multiplied by the factor, as PEFT’s reduce_intruder_dimension does. It may win back some of what was forgotten, at a small cost in accuracy.',
  run: 'Run',
  factor: 'Factor',
  measure: 'Measure what that does',
  keepInTry: 'Keep the adapter in Try',
  download: 'Download the adapter',
  anew: (time: string) => `Each of these looks for the intruder dimensions anew, which takes about ${time}.`,
  making: 'Making the adapter.',
  notMade: (why: string) => `The adapter was not made. ${why}`,
  counted: (count: string) => `${count} intruder dimensions`,
  asTrained: 'as trained',
  scaledTo: (factor: string) => `at ${factor}`,
  /** `apart` is empty where answers were not kept. */
  measuredOn: (images: string, of: string, apart: string) => `${inMedium`On ${images} of ${of} test pictures`}${apart && `; accuracy changes by ${apart}`}.`,
} as const;
