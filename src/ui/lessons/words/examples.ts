import { counted, formatNumber } from '../../../language/format';

/** The lessons' pictures. */
export const examplesWords = {
  shots: 'Pictures of each class',
  choice: (shots: number) => counted(shots, 'picture', 'pictures'),
  waiting: 'The pictures are being loaded …',
  alt: (shots: number, name: string) => `${counted(shots, 'picture', 'pictures')} of the class ${name}`,
  sign: (name: string) => `A hand that shows the sign of ${name}`,
  seen: 'What the model sees: hand signs of the ten digits, 64 × 64 pixels each',
  /** Amount of pictures that a choice comes to. */
  all: (shots: number, classes: number) => `${counted(shots * classes, 'picture', 'pictures')} in all, to tell ${formatNumber(classes)} classes apart.`,
  source: 'Pictures',
  about: 'Fashion-MNIST (subset), 28 × 28 pixels each. Shown are the first of each class; a run draws its own by its seed.',
};
