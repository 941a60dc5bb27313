import { Button, ButtonRow } from '../kit/controls/Button';
import { areOwn, dataById, useCatalog } from '../core/data/catalog';
import { formatsOf, openExport, pageOf } from '../core/runs/exports';
import { leftWeights, useKeptRuns } from '../core/runs/runs';
import { useLook } from './store/look';
import { useTryout, type Candidate } from './store/tryout';
import css from './tryout.module.css';
import { compareWords } from '../core/words/compare';
import { handOnWords } from './words/handOn';

/** The way on once a run on pictures of one's own has answered: a page that others use. */
export default function HandOn({ chosen }: { chosen: readonly Candidate[] }) {
  const kept = useKeptRuns();
  const catalog = useCatalog();
  const answered = useTryout(({ results }) => chosen.some(({ key, base }) => !base && results[key]));
  const live = useLook((state) => state.live);
  const mine = kept.filter(({ id, spec }) => areOwn(dataById(catalog, spec.data)) && chosen.some(({ key }) => key === id));
  // One that was stopped was measured by nobody, but here it has answered.
  const best = pageOf(mine) ?? mine.find((run) => run.state === 'stopped' && leftWeights(run) && formatsOf(run).includes('web'));
  if (!best || !(answered || live)) return null;
  return (
    <ButtonRow>
      <Button kind="primary" onClick={() => openExport(best, 'web')}>
        {compareWords.page}
      </Button>
      <span className={css.soft}>{handOnWords.others}</span>
    </ButtonRow>
  );
}
