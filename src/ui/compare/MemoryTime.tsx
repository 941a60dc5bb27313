import { Figure } from '../charts/Figure';
import { rolesIn, totalOf } from '../charts/memory';
import { identity } from '../charts/MethodKey';
import { at, extentScale, linearScale } from '../charts/scale';
import plot from '../charts/Plot.module.css';
import { formatClock, formatMiB } from '../format';
import type { Run } from '../store/runs';
import { t } from '../strings';
import css from '../charts/board.module.css';

/** Fills of the roles as an SVG can have them; the same greys and shades as in the stacks. */
const fills: Record<string, string> = {
  frozen: 'var(--role-frozen)',
  temp: 'var(--role-temp)',
  input: 'var(--role-input)',
  output: 'var(--role-input)',
  uniform: 'var(--role-input)',
  staging: 'var(--role-input)',
  bases: 'color-mix(in oklab, var(--c) 30%, var(--paper))',
  merged: 'color-mix(in oklab, var(--c) 15%, var(--paper))',
  texts: 'color-mix(in oklab, var(--c) 22%, var(--paper))',
  param: 'var(--c)',
  grad: 'color-mix(in oklab, var(--c) 75%, var(--paper))',
  state: 'color-mix(in oklab, var(--c) 50%, var(--paper))',
};

/** Memory by role from the first phase to the last: steps, because it changes at once. */
export function MemoryOverTime({ run }: { run: Run }) {
  const points = run.memory ?? [];
  if (points.length === 0)
    return (
      <div>
        <h3>{t.board.memory(run.name)}</h3>
        <p className={css.soft}>{t.board.memoryEmpty}</p>
      </div>
    );
  const last = points[points.length - 1].seconds;
  const end = Math.max(last * 1.02, run.ended > run.started && run.started > 0 ? (run.ended - run.started) / 1000 : last, last + 0.1);
  const sx = extentScale(end);
  const roles = rolesIn(...points.map(({ bytes }) => bytes));
  const peak = Math.max(...points.map(({ bytes }) => totalOf(bytes)));
  const planned = run.plan ? totalOf(run.plan.bytes) : 0;
  const mib = 2 ** 20;
  const sy = linearScale(0, Math.max(peak, planned) / mib);
  const x = (seconds: number) => (1000 * at(sx, seconds)).toFixed(1);
  const y = (bytes: number) => (1000 * (1 - at(sy, bytes / mib))).toFixed(1);
  const band = (role: (typeof roles)[number]): string => {
    const under = roles.slice(0, roles.indexOf(role));
    const low = points.map(({ bytes }) => under.reduce((sum, one) => sum + (bytes[one] ?? 0), 0));
    const high = points.map(({ bytes }, i) => low[i] + (bytes[role] ?? 0));
    const edge = (i: number) => x(points[i + 1]?.seconds ?? end);
    const top = points.map((point, i) => `L${x(point.seconds)} ${y(high[i])}L${edge(i)} ${y(high[i])}`).join('');
    const bottom = points.map((point, i) => `L${edge(i)} ${y(low[i])}L${x(point.seconds)} ${y(low[i])}`).reverse().join('');
    return `M${top.slice(1)}${bottom}Z`;
  };
  return (
    <Figure
      title={t.board.memory(run.name)}
      summary={t.board.memorySummary(formatMiB(peak), formatMiB(planned))}
      caption={t.board.memorySummary(formatMiB(peak), formatMiB(planned))}
      stops={points.map((point) => t.board.memoryStop(formatClock(point.seconds), t.phases[point.phase], formatMiB(totalOf(point.bytes))))}
      table={{ head: [...t.board.memoryHead, ...roles.map((role) => t.memory.roles[role]), t.memory.total], rows: points.map(({ seconds, phase, step, bytes }) => [Number(seconds.toFixed(2)), t.phases[phase], step, ...roles.map((role) => formatMiB(bytes[role] ?? 0)), formatMiB(totalOf(bytes))]) }}
    >
      {(cursor) => (
        <div className={identity(run.spec.method.method)}>
          <div className={plot.plot}>
          <div className={css.room}>
            <span className={plot.yl}>{t.board.memoryAxis}</span>
            <div className={plot.area}>
              <svg className={plot.geo} viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">
                {sy.ticks.map((tick) => (
                  <line key={tick} className={plot.grid} x1="0" x2="1000" y1={1000 * (1 - at(sy, tick))} y2={1000 * (1 - at(sy, tick))} />
                ))}
                {roles.map((role) => (
                  <path key={role} className={css.area} d={band(role)} fill={fills[role]} />
                ))}
                {planned > 0 && <line className={plot.now} x1="0" x2="1000" y1={y(planned)} y2={y(planned)} strokeDasharray="4 3" />}
                {cursor >= 0 && <line className={plot.now} x1={x(points[cursor].seconds)} x2={x(points[cursor].seconds)} y1="0" y2="1000" />}
              </svg>
              {sy.ticks.map((tick) => (
                <span key={tick} className={plot.ty} style={{ top: `${100 * (1 - at(sy, tick))}%` }}>
                  {tick}
                </span>
              ))}
              {sx.ticks.map((tick) => (
                <span key={tick} className={plot.tx} style={{ left: `${100 * at(sx, tick)}%` }}>
                  {formatClock(tick)}
                </span>
              ))}
              <span className={plot.xl}>{t.board.memoryTime}</span>
            </div>
          </div>
          </div>
          <div className={css.legend}>
            {roles.map((role) => (
              <span key={role}>
                <i style={{ background: fills[role] }} aria-hidden="true" />
                {t.memory.roles[role]}
              </span>
            ))}
          </div>
        </div>
      )}
    </Figure>
  );
}
