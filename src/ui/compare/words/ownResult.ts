import { counted, formatNumber, plural } from '../../../language/format';

/** What a run on one's own pictures says beside its accuracy. */
export const ownResultWords = {
  title: 'What it says of your pictures',
  of: (name: string, seed: string, right: number, count: number, low: string, high: string) => `The model that leaves here is ${name}, seed ${seed}, with the most test pictures right, which flatters it a little: ${formatNumber(right)} of ${formatNumber(count)}, so in use probably between ${low} and ${high} %. More seeds make the mean surer; only more test pictures make this surer.`,
  weakest: (label: string, right: number, count: number, low: string, high: string, other: string) => `The weakest class is “${label}”: ${formatNumber(right)} of ${counted(count, 'test picture', 'test pictures')} right, so in use probably between ${low} and ${high} % (95 % interval); what is wrong is taken for “${other}” most often.`,
  allRight: (count: number) => `All ${counted(count, 'test picture', 'test pictures')} are right.`,
  helps: 'What would help most:',
  longer: (percent: string) => `a longer run, since it was still learning at the end: the error in training fell by ${percent} % in the last fifth of the steps.`,
  more: (label: string, train: number) => `More pictures of “${label}”: there ${plural(train, 'is 1', `are ${formatNumber(train)}`)} to train on. Under Train, “Label pictures” takes new ones, and says which teach most.`,
  moreTest: 'More pictures, to be surer of this accuracy, and such as it will meet in use.',
  show: (count: number) => plural(count, 'Show the wrong picture', `Show the ${formatNumber(count)} wrong pictures`),
  hide: 'Hide the wrong pictures',
  /** Over the pictures: what is seen, and what to do about it. */
  look: 'Beside each test picture: what the model takes it for, and how likely it finds the class that it is in, which stands under it. Is that class wrong? Choose the right one there. Is it right? Then more such pictures to train on help most. The surest mistakes come first.',
  /** `percent` is the probability of its own class; empty where the run does not say. */
  said: (label: string, own: string, percent: string) => `taken for ${label}${percent && `; ${own} ${percent} %`}`,
  hardlyAny: '< 0.1',
  trainLonger: (steps: string, time: string) => `Train ${steps} steps${time ? `, about ${time}` : ''}`,
  addPictures: 'Add pictures',
  export: 'Export the model',
};
