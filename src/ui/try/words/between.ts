import { inMedium } from '../../../language/medium';

/** Words of the way from the base model to an adapter, and of an ensemble. */
export const betweenWords = {
  title: 'Between the base model and an adapter',
  about: 'W₀ + a ΔW: at 0 the pretrained weights, at 1 the adapter’s. The head stays as it was trained.',
  adapter: 'Adapter',
  place: 'Place on the way',
  ends: { base: '0, pretrained', tuned: '1, the adapter itself' },
  measure: 'Measure along the way',
  measureAgain: 'Measure again',
  get measureAbout() { return inMedium`Accuracy on test pictures and forgetting at eleven places.`; },
  way: 'from pretrained (0) to adapter (1)',
  along: 'Accuracy along the way',
  alongOriginal: (data: string) => `${data} along the way`,
  originalOn: (images: string) => inMedium`On ${images} test pictures, under the pretrained model’s own head.`,
  alongDrift: 'Forgetting along the way',
  driftHint: 'Drift is 1 − CKA with the pretrained model at the last block’s MLP.',
  interval: '95 % interval',
  alongOn: (images: string, of: string) => inMedium`On ${images} of ${of} test pictures; bars are 95 % intervals.`,
  /** `apart`: from the adapter itself, empty there. */
  here: (place: string, accuracy: string, drift: string, apart: string, original: string) => `At ${place}: accuracy ${accuracy} %${apart && `, ${apart} against the adapter itself`}; drift ${drift}${original}.`,
  hereOriginal: (data: string, accuracy: string) => `; ${data} ${accuracy} %`,

  ensemble: 'Ensemble',
  meanOf: (names: string) => `mean of ${names}`,
  together: (right: string, best: string, apart: string) => `Together they get ${right} % right, ${apart} against ${best}, the best of them.`,
} as const;
