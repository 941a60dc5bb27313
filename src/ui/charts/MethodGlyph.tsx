import type { ReactNode } from 'react';
import { identity } from './MethodKey';
import css from './identity.module.css';

const grey = 'var(--role-input)';
const own = 'var(--c)';
const bar = (x: number, y: number, width: number, height: number, fill: string) => <rect key={`${x},${y}`} x={x} y={y} width={width} height={height} fill={fill} />;
const weight = <rect x=".5" y=".5" width="19" height="19" fill="none" stroke="var(--edge)" />;

const randlora = [24, 36, 48].map((x) => (
  <g key={x}>
    {bar(x, 0, 4, 20, grey)}
    {bar(x + 5, 0, 4, 4, grey)}
    <path d={`M${x + 5} 6l4 4v3l-4-4zM${x + 5} 13l4 4v3l-4-4z`} fill={own} />
  </g>
));
const lora = [bar(24, 0, 4, 20, own), bar(31, 0, 20, 4, own)];

/** What each method adds to a weight (the square): colour learns, grey is fixed. */
const pictures: Record<string, ReactNode> = {
  randlora: [<g key="w">{weight}</g>, ...randlora],
  lora: [<g key="w">{weight}</g>, ...lora],
  dora: [<g key="w">{weight}</g>, ...lora, bar(55, 0, 2, 20, own)],
  vera: [<g key="w">{weight}</g>, bar(24, 0, 7, 20, grey), bar(34, 0, 20, 7, grey), <path key="v" d="M24 0h2v20h-2zM34 0h2v7h-2z" fill={own} />],
  nola: [<g key="w">{weight}</g>, ...[24, 32, 40].flatMap((x) => [bar(x, 0, 4, 14, grey), bar(x, 16, 4, 4, own)]), <path key="p" d="M50 6v8M46 10h8" stroke="var(--edge)" />],
  full: bar(0.5, 0.5, 19, 19, own),
  linear_probe: [<g key="w">{weight}</g>, bar(26, 4, 4, 12, own)],
};

/** Pictogram of a method's update. Decorative: the name stands beside it. */
export function MethodGlyph({ method }: { method: string }) {
  return (
    <svg className={`${css.glyph} ${identity(method)}`} viewBox="0 0 60 20" aria-hidden="true">
      {pictures[method] ?? weight}
    </svg>
  );
}
