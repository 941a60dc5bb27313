import { useId, useMemo, useState } from 'react';
import { Button, ButtonRow } from '../kit/controls/Button';
import { formatAbout, formatCount, formatNumber, formatPercent, percentEnds } from '../../language/format';
import { defined } from '../../numbers/defined';
import { trainAgain } from '../core/runs/actions';
import { adviceOf } from '../core/runs/advice';
import { areOwn, dataById, useCatalog } from '../core/data/catalog';
import { timeOf } from '../core/runs/estimate';
import { openExport } from '../core/runs/exports';
import { curveOf } from '../core/runs/metrics';
import { testEvaluation, useKeptRuns, type Run } from '../core/runs/runs';
import { describeSpec } from '../core/runs/specs';
import { go } from '../core/storage/shown';
import { wilson } from '../../numbers/pairs';
import { PictureGrid } from '../core/parts/PictureGrid';
import css from './compare.module.css';
import pictures from '../core/parts/pictures.module.css';
import { ownResultWords as words } from './words/ownResult';

/** What a run on pictures of one's own came to beside its accuracy: the weakest class, the pictures that were wrong, and what would help. */
export default function OwnResult({ run, among }: { run: Run; among: number }) {
  const data = useCatalog((catalog) => dataById(catalog, run.spec.data));
  const kept = useKeptRuns();
  const [shown, setShown] = useState(false);
  const id = useId();
  const test = testEvaluation(run)!;
  const advice = useMemo(() => adviceOf(test, curveOf(run.id).column('loss')), [test, run.id]);
  if (!areOwn(data) || test.confusion.length === 0) return null;
  const named = (label: number) => defined(run.classes[label]);
  const { weakest, wrong, wrongCount, falling } = advice;
  const steps = 2 * run.lastStep;
  const longer = { ...run.spec, train: { ...run.spec.train, steps } };
  const { seconds, unknown } = timeOf([longer], kept);
  const trained = weakest ? data?.train_per_class[data.classes.indexOf(named(weakest.label))] : undefined;
  const tagOf = (i: number) => {
    const [, label, said, likely] = defined(wrong[i]);
    return words.said(named(said), named(label), likely === undefined ? '' : likely < 0.001 ? words.hardlyAny : formatPercent(likely));
  };
  return (
    <section className={css.own} aria-label={words.title}>
      {among > 1 && <p>{words.of(describeSpec(run.spec), formatNumber(run.spec.train.seed), test.count - wrongCount, test.count, ...percentEnds(wilson((test.count - wrongCount) / test.count, test.count)))}</p>}
      {weakest ? <p>{words.weakest(named(weakest.label), weakest.right, weakest.count, ...percentEnds(weakest.interval), named(weakest.takenFor))}</p> : <p>{words.allRight(test.count)}</p>}
      <p>
        <b>{words.helps}</b> {falling !== null && words.longer(formatPercent(falling))} {weakest && trained !== undefined && words.more(named(weakest.label), trained)} {!weakest && words.moreTest}
      </p>
      <ButtonRow>
        {wrong.length > 0 && (
          <Button small expanded={shown} controls={id} onClick={() => setShown(!shown)}>
            {shown ? words.hide : words.show(wrongCount)}
          </Button>
        )}
        {falling !== null && (
          <Button small onClick={() => trainAgain(run, { steps })}>
            {words.trainLonger(formatCount(steps), unknown > 0 ? '' : formatAbout(seconds))}
          </Button>
        )}
        {falling === null && (
          <Button small onClick={() => go('train')}>
            {words.addPictures}
          </Button>
        )}
        <Button small onClick={() => openExport(run)}>
          {words.export}
        </Button>
      </ButtonRow>
      <div id={id} hidden={!shown}>
        {shown && <p className={css.look}>{words.look}</p>}
        {shown && <PictureGrid data={run.spec.data} label={words.show(wrongCount)} names={wrong.map(([name]) => name)} tag={tagOf} className={pictures.low} />}
      </div>
    </section>
  );
}
