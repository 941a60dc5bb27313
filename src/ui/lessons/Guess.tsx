import { useId } from 'react';
import { SIDE, targetOf } from '../../analysis/reach.meta';
import { formatNumber } from '../../language/format';
import { defined } from '../../numbers/defined';
import { guess, useClassGuesses, useGuesses } from '../core/settings/guesses';
import { Seen } from './Examples';
import { MatrixPicture } from './MatrixPicture';
import type { LessonName } from './names';
import { asked, largest } from './nearest';
import { guessWords, type GuessWords } from './words/guesses';
import { reachWords } from './words/reach';
import css from './guess.module.css';

/** The question that a lesson begins with, and its answers to choose from. The choice is kept, and can be changed. */
function Guess({ name }: { name: LessonName }) {
  const id = useId();
  const { ask, answers }: GuessWords = guessWords.lessons[name];
  const chosen = useGuesses((guesses) => guesses[name]);
  return (
    <fieldset className={css.guess}>
      <legend>{ask}</legend>
      {answers.map((answer, i) => (
        <label key={answer}>
          <input type="radio" name={id} checked={chosen === i} onChange={() => guess(name, i)} />
          <span>{answer}</span>
        </label>
      ))}
      <p role="status">{chosen === undefined ? guessWords.before : guessWords.kept}</p>
    </fieldset>
  );
}

/** The first part of a lesson: its question, beside a picture of what is asked about where there is one. */
export function Question({ name }: { name: LessonName }) {
  return (
    <div className={name === 'rank' ? css.question : css.asked}>
      {name === 'rank' && <Target />}
      <Guess name={name} />
      {name === 'budget' && <Seen />}
    </div>
  );
}

function Target() {
  const { matrix } = targetOf(asked.rank, asked.course);
  return (
    <figure>
      <MatrixPicture matrix={matrix} most={largest(matrix)} label={reachWords.targetOf(SIDE)} />
      <figcaption>{reachWords.targetOf(SIDE)}</figcaption>
    </figure>
  );
}

/** How often each answer was guessed in the class, as bars, and nothing of who did; nothing outside of a class, or before anybody has. */
export function ClassGuesses({ name }: { name: LessonName }) {
  const { answers }: GuessWords = guessWords.lessons[name];
  const told = useClassGuesses((lessons) => lessons[name]);
  const counts = answers.map((_, i) => told?.[i] ?? 0);
  const all = counts.reduce((sum, one) => sum + one, 0);
  if (all === 0) return null;
  return (
    <ul className={css.counts} aria-label={guessWords.ofClass}>
      {answers.map((answer, i) => (
        <li key={answer}>
          <span>{answer}</span>
          <i style={{ width: `${(100 * defined(counts[i])) / all}%` }} />
          <b>{formatNumber(defined(counts[i]))}</b>
        </li>
      ))}
    </ul>
  );
}

/** The guess beside what came out, and in a class the guesses of all. */
export function Outcome({ name, found }: { name: LessonName; found: string }) {
  const { answers }: GuessWords = guessWords.lessons[name];
  const chosen = useGuesses((guesses) => guesses[name]);
  const inClass = useClassGuesses((lessons) => lessons[name] !== undefined);
  return (
    <dl className={css.outcome}>
      <dt>{guessWords.yours}</dt>
      <dd>{(chosen !== undefined && answers[chosen]) || guessWords.none}</dd>
      <dt>{guessWords.came}</dt>
      <dd>{found}</dd>
      {inClass && (
        <>
          <dt>{guessWords.ofClass}</dt>
          <dd>
            <ClassGuesses name={name} />
          </dd>
        </>
      )}
    </dl>
  );
}
