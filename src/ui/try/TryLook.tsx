import { useEffect, useMemo } from 'react';
import { defined } from '../../numbers/defined';
import { AttentionMaps } from '../core/figures/AttentionMaps';
import { Button, ButtonRow } from '../kit/controls/Button';
import { FileName } from '../kit/controls/FileName';
import { Note } from '../kit/controls/Sign';
import { inspect, look, mayLook, questionOf, useLook } from './store/look';
import { useRuns } from '../core/runs/runs';
import { isBusy, useTryout, type Candidate } from './store/tryout';
import { seenBy } from './seenBy';
import { pictureName } from '../core/parts/pictureName';
import css from './tryout.module.css';
import { lookWords } from '../core/words/look';

/** The picture under inspection, and where each model looks on it. It is asked for when it is shown, and not again. */
export default function TryLook({ chosen, names, listed }: { chosen: Candidate[]; names: string[]; listed: number[] }) {
  const { at, asking, seen, of, error } = useLook();
  const busy = useTryout(isBusy);
  const free = useTryout(mayLook);
  const training = useRuns(({ current }) => current !== '');
  const place = listed.includes(at) ? at : defined(listed[0]);
  const question = questionOf(chosen, place, true);
  const answered = of === question;
  useEffect(() => {
    if (!answered && asking === '' && free && !training) void look(chosen, place, true);
  }, [answered, asking, free, training, chosen, place]);
  useEffect(() => inspect(place), [place]);
  const shown = useMemo(() => seenBy(chosen, seen), [chosen, seen]);
  const i = listed.indexOf(place);
  const waiting = training ? lookWords.training : busy ? lookWords.waiting : lookWords.looking;
  return (
    <section className={css.look} aria-label={lookWords.title}>
      <div className={css.head}>
        <p className={css.file}>
          <FileName name={lookWords.picture(pictureName(defined(names[place])))} title={names[place]} />
        </p>
        <ButtonRow>
          <Button small disabled={i <= 0} onClick={() => inspect(defined(listed[i - 1]))}>
            {lookWords.earlier}
          </Button>
          <Button small disabled={i + 1 >= listed.length} onClick={() => inspect(defined(listed[i + 1]))}>
            {lookWords.later}
          </Button>
        </ButtonRow>
        <span className={css.soft} role="status">
          {answered ? '' : waiting}
        </span>
      </div>
      {error && answered && (
        <div role="alert">
          <Note sign="err">{error}</Note>
        </div>
      )}
      {shown.some(({ prediction }) => prediction.attention) && <AttentionMaps seen={shown} title={lookWords.title} />}
    </section>
  );
}
