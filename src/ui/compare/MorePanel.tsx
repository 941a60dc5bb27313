import { Fold } from '../kit/controls/Fold';
import { part } from '../kit/controls/Part';
import { Term } from '../kit/controls/Term';
import { useCompared } from '../core/runs/compared';
import { counts } from '../core/runs/runGroups';
import { useRunsHere } from '../core/runs/view';
import { boardWords } from '../core/words/board';
import { compareWords } from '../core/words/compare';

const More = part(() => import('./More').then((module) => module.default), <p>{boardWords.loading}</p>);

/** Differences in pairs, costs of accuracy besides parameters, and where accuracy comes from: folded until it is asked for. */
export function MorePanel() {
  const { runs } = useCompared();
  const several = new Set(useRunsHere().filter(counts).map(({ spec }) => spec.data)).size > 1;
  const some = runs.some(counts);
  const classed = runs.some(({ classes }) => classes.length > 1);
  if (!some) return null;
  // What has no classes has no shots of each either.
  return (['differences', 'across', 'two', 'shots', 'classes'] as const).filter((of) => (classed || (of !== 'shots' && of !== 'classes')) && (several || of !== 'across')).map((of) => (
    <Fold key={of} title={compareWords.sections[of].title} what={compareWords.sections[of].what}>
      {of === 'shots' && <p><Term name="shots">{compareWords.whatShots}</Term></p>}
      <More of={of} />
    </Fold>
  ));
}
