import { useId, useState } from 'react';
import controls from '../kit/controls/controls.module.css';
import { experimentNamed } from './store/experiment';
import type { Run } from '../core/runs/runs';
import { experimentTitle, paperWords } from './words/paper';
import BesidePaper from './BesidePaper';
import css from './beside.module.css';

/** One of these experiments beside the paper, the first unless another is chosen. */
export default function ExperimentResults({ names, runs }: { names: readonly string[]; runs: readonly Run[] }) {
  const id = useId();
  const [wanted, setWanted] = useState('');
  const known = names.filter(experimentNamed);
  const name = known.includes(wanted) ? wanted : (known[0] ?? '');
  const experiment = experimentNamed(name);
  const own = runs.filter(({ spec }) => spec.experiment === name);
  if (!experiment) return <p className={css.about}>{paperWords.unknown(names[0] ?? '')}</p>;
  return (
    <>
      {known.length > 1 ? (
        <div className={`${controls.field} ${css.which}`}>
          <label htmlFor={id}>{paperWords.which}</label>
          <select id={id} className={controls.select} value={name} onChange={({ target }) => setWanted(target.value)}>
            {known.map((one) => (
              <option key={one} value={one}>
                {experimentTitle(one, experimentNamed(one)!)}
              </option>
            ))}
          </select>
        </div>
      ) : (
        <h3 className={css.title}>{experimentTitle(name, experiment)}</h3>
      )}
      <BesidePaper experiment={experiment} runs={own} />
    </>
  );
}
