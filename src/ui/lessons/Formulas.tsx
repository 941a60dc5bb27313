import { Drawing } from './Drawing';
import type { LessonName } from './names';
import { formulaWords } from './words/formulas';
import css from './formulas.module.css';

/** The mathematics of a lesson, line by line; some lines are drawn as well. */
export function Formulas({ name }: { name: LessonName }) {
  return (
    <ol className={css.lines}>
      {formulaWords[name]?.map(({ formula, says, drawing }) => (
        <li key={formula}>
          <p className={css.formula}>{formula}</p>
          <p>{says}</p>
          {drawing && <Drawing of={drawing} />}
        </li>
      ))}
    </ol>
  );
}
