import { textKinds, USUAL_READS, type Learned, type TextReads } from '../data/reading.meta';
import { readsTexts } from '../tasks/tasks.meta';
import type { RunRecord, RunSpec } from './protocol';

/** What words are about: pictures, texts of a class each, or texts of which something else is learned. */
export type About = 'pictures' | 'texts' | Exclude<Learned, 'classes'>;

/** What is spoken of, where it was learned by a run, or is learned from data; null of pictures. */
export const aboutOf = (learned: Learned | null): About => (learned === null ? 'pictures' : learned === 'classes' ? 'texts' : learned);

/** What of a text a run reads. */
export const readsOf = ({ text }: Pick<RunSpec, 'text'>): TextReads => readsTexts(text?.task ?? '') ?? USUAL_READS;

/** What a run learned of texts: one number has one name, classes have several. Null of pictures. */
export function learnedBy({ spec, classes }: { spec: Pick<RunSpec, 'text'>; classes?: RunRecord['classes'] }): Learned | null {
  if (!spec.text) return null;
  const learned = textKinds[readsOf(spec)].learned;
  return learned === 'classes' && classes?.length === 1 ? 'numbers' : learned;
}
