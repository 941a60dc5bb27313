import { identity } from '../kit/charts/MethodKey';
import { lessonWords } from './words/lessons';
import css from '../core/parts/stage.module.css';

const term = (x: number, last: boolean) => (
  <g key={x}>
    <rect x={x} y="10" width="16" height="88" className={css.fixed} />
    <rect x={x + 22} y="10" width="16" height="16" className={css.frame} />
    <path d={`M${x + 24} 12l12 12`} className={css.diagonal} />
    <rect x={x + 44} y="10" width="50" height="16" className={css.fixed} />
    <rect x={x + 100} y="10" width="50" height="50" className={css.frame} />
    <path d={`M${x + 102} 12l46 46`} className={css.diagonal} />
    <text x={x + 158} y="62">
      {last ? '…' : '+'}
    </text>
  </g>
);

/** Drawing of a method's update: colour is trained, grey is fixed. */
export function Drawing({ of }: { of: 'lora' | 'randlora' }) {
  return (
    <figure className={css.drawing}>
      <svg className={identity(of)} viewBox="0 0 490 128" role="img" aria-label={lessonWords.drawings[of]}>
        <rect x="1" y="10" width="88" height="88" className={css.frame} />
        <text x="45" y="62" textAnchor="middle">
          ΔW
        </text>
        <text x="98" y="62">
          =
        </text>
        {of === 'lora' ? (
          <>
            <rect x="124" y="10" width="16" height="88" className={css.learns} />
            <rect x="148" y="10" width="88" height="16" className={css.learns} />
            <text className={css.symbol} x="132" y="122" textAnchor="middle">
              B
            </text>
            <text className={css.symbol} x="192" y="50" textAnchor="middle">
              A
            </text>
          </>
        ) : (
          <>
            {term(124, false)}
            {term(310, true)}
            {[
              ['B', 132, 122],
              ['Λ', 154, 50],
              ['A', 193, 50],
              ['Γ', 249, 84],
            ].map(([name, x, y]) => (
              <text key={name} className={css.symbol} x={x} y={y} textAnchor="middle">
                {name}
              </text>
            ))}
          </>
        )}
      </svg>
      <figcaption>{lessonWords.grey}</figcaption>
    </figure>
  );
}
