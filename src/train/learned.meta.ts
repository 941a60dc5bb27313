import { textKinds, USUAL_READS, type Learned, type TextReads } from '../data/reading.meta';
import { readsTexts } from '../tasks/tasks.meta';
import type { RunRecord, RunSpec } from './protocol';

/** Subject of the wording: pictures, texts of a class each, or texts of which something else is learned. */
export type About = 'pictures' | 'texts' | Exclude<Learned, 'classes'>;

/** Subject of the wording for what a run learned, or for what is learned from data; null stands for pictures. */
export const aboutOf = (learned: Learned | null): About => (learned === null ? 'pictures' : learned === 'classes' ? 'texts' : learned);

/** Way in which a run reads texts. */
export const readsOf = ({ text }: Pick<RunSpec, 'text'>): TextReads => readsTexts(text?.task ?? '') ?? USUAL_READS;

/** Kind of thing that a run learned of texts: one number has one name, classes have several. Null for pictures. */
export function learnedBy({ spec, classes }: { spec: Pick<RunSpec, 'text'>; classes?: RunRecord['classes'] }): Learned | null {
  if (!spec.text) return null;
  const learned = textKinds[readsOf(spec)].learned;
  return learned === 'classes' && classes?.length === 1 ? 'numbers' : learned;
}
