import { useEffect, useState } from 'react';
import { methodFields } from '../../adapters/fields';
import type { CountFormula, MatrixShapes, MethodShapes, NamedShape } from '../../adapters/shapes.meta';
import { messageOf } from '../../errors/errors';
import { matricesPicture, type MatricesPicture } from '../../figures/matrices';
import { formatCount } from '../../language/format';
import { defined } from '../../numbers/defined';
import { specFor } from '../core/data/open';
import { studio } from '../core/worker/client';
import { identity } from '../kit/charts/MethodKey';
import { Note } from '../kit/controls/Sign';
import { cardWords as w } from './words/methodCard';
import css from './methodCard.module.css';

type Asked = MethodShapes | { error: string } | null;

/** What a method has on this model's matrices: a picture of them, and its parameters as a formula with their numbers. */
export default function MethodCard({ method }: { method: string }) {
  const [shapes, setShapes] = useState<Asked>(null);
  const [spec] = useState(() => specFor(method, 'card', 'card'));
  useEffect(() => {
    if (!spec) return;
    let current = true;
    studio()
      .shapes(spec)
      .then((found) => current && setShapes(found))
      .catch((error: unknown) => current && setShapes({ error: messageOf(error) }));
    return () => void (current = false);
  }, [spec]);
  const { formula, when } = defined(methodFields[method]);
  return (
    <div className={`${css.card} ${identity(method)}`}>
      <p className={css.formula}>{formula}</p>
      <p>{when}</p>
      {!spec ? <p>{w.impossible}</p> : !shapes ? <p role="status">{w.loading}</p> : 'error' in shapes ? <Note sign="err">{shapes.error}</Note> : <Shapes shapes={shapes} />}
    </div>
  );
}

function Shapes({ shapes }: { shapes: MethodShapes }) {
  const { matrices, common, weights, parameters, count } = shapes;
  const sizes: readonly (MatrixShapes | null)[] = matrices.length > 0 ? matrices : [null];
  const pictures = sizes.map((of) => matricesPicture(shapes, of));
  return (
    <>
      {parameters > 0 && sizes.map((of, i) => <Matrices key={i} of={of} picture={defined(pictures[i])} />)}
      {pictures.some(({ toScale }) => !toScale) && <p>{w.cut}</p>}
      <h3>{w.parameters}</h3>
      <dl className={css.counts}>
        {matrices.map((of, i) => (
          <Count key={i} name={w.size(of.matrices, of.out, of.in)} count={of.count} says={w.each(of.parameters)} />
        ))}
        {common.length > 0 && <Count name={matrices.length > 0 ? w.common : ''} count={count} says={common.map((one) => say(one)).join('; ')} />}
        {weights.length > 0 && <Count name={w.own} says={weights.map((one) => say(one)).join('; ')} />}
      </dl>
      <p>
        <b>{parameters > 0 ? w.total(parameters) : w.none}</b> {matrices.some((of) => of.count?.formula.includes('d_')) && <Subscripts text={w.sizes} />}
      </p>
    </>
  );
}

const say = ({ name, shape, count, common }: NamedShape & { common?: boolean }): string => w.tensor(name, shape, count, common);

/** A count by its formula, then with numbers in place of names; without a formula as it is. */
function Count({ name, count, says }: { name: string; count?: CountFormula; says: string }) {
  return (
    <>
      {name && <dt>{name}</dt>}
      <dd>
        {count && (
          <span className={css.formula}>
            <Subscripts text={count.formula} /> = {count.numbers.replace(/\d{4,}/g, (digits) => formatCount(Number(digits)))} ={' '}
          </span>
        )}
        {says}
      </dd>
    </>
  );
}

/** A text in which d_in and d_out have their names below the line. */
function Subscripts({ text }: { text: string }) {
  return text.split(/d_(in|out)\b/).map((part, i) =>
    i % 2 === 0 ? part : (
      <span key={i}>
        d<sub>{part}</sub>
      </span>
    ),
  );
}

function Matrices({ of, picture: { pieces, drawn, width, height, toScale } }: { of: MatrixShapes | null; picture: MatricesPicture }) {
  const names = [...(of ? [w.weight(of.out, of.in)] : []), ...drawn.map(say)];
  return (
    <figure className={css.figure}>
      <svg viewBox={`0 0 ${width} ${height}`} style={{ maxWidth: `${1.5 * width}px` }} role="img" aria-label={w.picture(names)}>
        {pieces.map(({ kind, ...box }, i) => (
          <rect key={i} {...box} className={css[kind]} />
        ))}
      </svg>
      <figcaption>
        {w.grey} {of && `${w.weight(of.out, of.in)}; `}
        {drawn.map((one, i) => (
          <span key={one.name} className={css.tensor}>
            <i className={css[one.kind]} /> {say(one)}
            {i < drawn.length - 1 ? '; ' : '. '}
          </span>
        ))}
        {toScale ? w.scale.exact : w.scale.thick}
      </figcaption>
    </figure>
  );
}
