import { use } from 'react';
import { CORNERS } from '../../analysis/plane.meta';
import { defined } from '../../numbers/defined';
import { namesOf } from '../core/analyses/landscapeFindings';
import { openWalk } from '../core/analyses/recordedAnalyses';
import { layoutOf } from '../kit/charts/plane';
import css from './teacher.module.css';

/** Least height of the map, as a share of its width: there must be room to draw in. */
const LEAST = 0.5;

/** The plane of the lesson with its three models and nothing else: what is found there is drawn into it by hand. */
export default function MarkMap({ label }: { label: string }) {
  const { landscape } = use(openWalk());
  const { along, off, at } = layoutOf(landscape, LEAST);
  const names = namesOf(landscape);
  const wide = along[1] - along[0];
  const height = (100 * (off[1] - off[0])) / wide;
  const places = CORNERS.map(([x, y]) => {
    const [a, b] = at(x, y);
    return { x: (100 * (a - along[0])) / wide, y: (100 * (off[1] - b)) / wide };
  });
  return (
    <svg className={css.map} viewBox={`0 0 100 ${height.toFixed(2)}`} role="img" aria-label={label}>
      <rect x="0" y="0" width="100" height={height.toFixed(2)} />
      <path d={`M${places.map(({ x, y }) => `${x.toFixed(2)} ${y.toFixed(2)}`).join('L')}Z`} />
      {places.map(({ x, y }, k) => (
        <g key={defined(names[k])}>
          <circle cx={x.toFixed(2)} cy={y.toFixed(2)} r="1" />
          {/* Outside of the triangle, whose lines would run through it. */}
          <text x={x.toFixed(2)} y={(y > height / 2 ? y + 5.5 : y - 2.5).toFixed(2)} textAnchor="middle">
            {names[k]}
          </text>
        </g>
      ))}
    </svg>
  );
}
