import { inMedium } from '../../../language/medium';
import { counted, formatNumber } from '../../../language/format';

export const startWords = {
  button: 'Fine-tune now',
  opening: 'Opening the model and the data',
  failed: 'The model or the data could not be opened',
  noDevice: 'Training is not possible on this device',
  next: (what: string) => `Next: ${what}`,
  /** In a class, whose experiments begin by themselves. */
  beside: (what: string) => `Your own, beside the class: ${what}`,
  noMethod: 'Choose at least one method',
  noneReaches: 'None of the chosen methods can run at this budget',
  caption: (methods: number, steps: number, pictures: number, time: string, data: string) => `${counted(methods, 'method', 'methods')} on ${data}, ${formatNumber(steps)} steps of ${counted(pictures, inMedium`picture`, inMedium`pictures`)}${time ? `, about ${time} on this device` : ''}`,
  /** All of them are there with these settings: the next seed. */
  again: (seed: number) => `Fine-tune again, seed ${formatNumber(seed)}`,
};
