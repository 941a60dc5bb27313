import { defined } from '../numbers/defined';
import type { Answers, Evaluation } from './protocol';

/** Answers to the images or texts of a set with this stamp, packed for the run's file. */
export function packAnswers(right: readonly boolean[], of: string): Answers {
  const bytes = new Uint8Array(Math.ceil(right.length / 8));
  right.forEach((yes, i) => yes && (bytes[i >> 3] = defined(bytes[i >> 3]) | (1 << (i & 7))));
  return { of, right: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')) };
}

const known = new WeakMap<Answers, Uint8Array | null>();

/** 1 for each image or text that was right, 0 for the others; null where they were not kept, or do not fit what was measured. */
export function rightOfEach(evaluation: Pick<Evaluation, 'answers' | 'count' | 'accuracy'>): Uint8Array | null {
  const { answers } = evaluation;
  if (!answers) return null;
  let right = known.get(answers);
  if (right === undefined) known.set(answers, (right = unpacked(answers, evaluation)));
  return right;
}

function unpacked(answers: Answers, { count, accuracy }: Pick<Evaluation, 'count' | 'accuracy'>): Uint8Array | null {
  if (answers.right.length !== 4 * Math.ceil(Math.ceil(count / 8) / 3)) return null;
  const bytes = atob(answers.right);
  if (bytes.length !== Math.ceil(count / 8)) return null;
  const right = Uint8Array.from({ length: count }, (_, i) => (bytes.charCodeAt(i >> 3) >> (i & 7)) & 1);
  // A file from outside may say anything.
  return Math.round(accuracy * count) === right.reduce((all, one) => all + one, 0) ? right : null;
}
