import { useId } from 'react';
import { SIDE, targetOf } from '../../analysis/reach.meta';
import { guess, useGuesses } from './guesses';
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
    <div className={name === 'rank' ? css.question : undefined}>
      {name === 'rank' && <Target />}
      <Guess name={name} />
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

/** The guess beside what came out. */
export function Outcome({ name, found }: { name: LessonName; found: string }) {
  const { answers }: GuessWords = guessWords.lessons[name];
  const chosen = useGuesses((guesses) => guesses[name]);
  return (
    <dl className={css.outcome}>
      <dt>{guessWords.yours}</dt>
      <dd>{(chosen !== undefined && answers[chosen]) || guessWords.none}</dd>
      <dt>{guessWords.came}</dt>
      <dd>{found}</dd>
    </dl>
  );
}
