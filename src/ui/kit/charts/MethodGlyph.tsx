import { methodFields } from '../../../adapters/fields';
import { identity } from './MethodKey';
import css from '../../../figures/identity.module.css';

/** Pictogram of a method's update, beside the weight (the square): colour learns, grey is fixed. Decorative: the name stands beside it. */
export function MethodGlyph({ method }: { method: string }) {
  const glyph = methodFields[method]?.look?.glyph;
  return (
    <svg className={`${css.glyph} ${identity(method)}`} viewBox="0 0 60 20" aria-hidden="true">
      {!glyph?.bare && <rect x=".5" y=".5" width="19" height="19" fill="none" stroke="var(--edge)" />}
      {glyph?.fixed && <path d={glyph.fixed} fill="var(--role-input)" />}
      {glyph && <path d={glyph.learns} fill="var(--c)" />}
      {glyph?.sign && <path d={glyph.sign} stroke="var(--edge)" />}
    </svg>
  );
}
