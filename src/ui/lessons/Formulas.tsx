import { Drawing } from './Drawing';
import { formulaWords as w } from './words/formulas';
import css from './formulas.module.css';

/** Three lines of mathematics on rank, of which two are drawn as well. */
export function Formulas() {
  return (
    <ol className={css.lines}>
      <li>
        <p className={css.formula}>{w.product}</p>
        <p>{w.ofProduct}</p>
        <Drawing of="lora" />
      </li>
      <li>
        <p className={css.formula}>{w.sum}</p>
        <p>{w.ofSum}</p>
        <Drawing of="randlora" />
      </li>
      <li>
        <p className={css.formula}>{w.nearest}</p>
        <p>{w.ofNearest}</p>
      </li>
    </ol>
  );
}
