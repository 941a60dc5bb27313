import { partsOf } from '../../../language/format';
import { defined } from '../../../numbers/defined';
import { isRecorded } from '../analyses/recorded';
import { personOf, type Run } from '../runs/runs';
import { compareWords } from '../words/compare';

/** Origin of the compared runs, as "3 runs of yours, 12 recorded runs"; empty if all are the person's own. */
export function whoseOf(runs: readonly Run[]): string {
  const recorded = runs.filter(isRecorded);
  const theirs = runs.filter((run) => run.theirs);
  const own = runs.length - recorded.length - theirs.length;
  if (own === runs.length) return '';
  const words = compareWords;
  return partsOf([
    own > 0 && words.own(own),
    theirs.length > 0 && words.others(theirs.length, new Set(theirs.map(personOf)).size),
    recorded.length > 0 && (recorded.length === runs.length ? words.recorded(recorded.length, defined(recorded[0]).dataTitle) : words.withRecorded(recorded.length)),
  ]);
}
