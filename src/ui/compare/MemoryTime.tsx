import { Figure } from '../kit/charts/Figure';
import { rolesIn, totalOf } from '../../figures/memory';
import { identity } from '../kit/charts/MethodKey';
import { at, linearScale, wholeScale } from '../../figures/scale';
import plot from '../kit/charts/Plot.module.css';
import { formatClock, formatMiB, partsOf } from '../../language/format';
import { defined } from '../../numbers/defined';
import type { BytesByRole, Role } from '../../train/protocol';
import { curveOf, useMetricsVersion } from '../core/runs/metrics';
import { pictureOf } from '../core/figures/pictureOf';
import type { Run } from '../core/runs/runs';
import { steppedArea } from './steppedArea';
import css from '../kit/charts/board.module.css';
import { boardWords } from '../core/words/board';
import { phasesWords } from '../core/words/run';
import { memoryWords } from '../core/words/memory';

const shade = (share: number): string => `color-mix(in oklab, var(--c) ${share}%, var(--paper))`;

/** Roles drawn as one band, from the bottom up, and its fill: the greys of the stacks, shades as far apart as they can be. Roles of one grey are one band. */
const bands: readonly { of: readonly Role[]; fill: string }[] = [
  { of: ['frozen'], fill: 'var(--role-frozen)' },
  { of: ['temp'], fill: 'var(--role-temp)' },
  { of: ['input', 'output', 'uniform', 'staging'], fill: 'var(--role-input)' },
  { of: ['bases'], fill: shade(40) },
  { of: ['merged'], fill: shade(12) },
  { of: ['texts'], fill: shade(25) },
  { of: ['param'], fill: 'var(--c)' },
  { of: ['grad'], fill: shade(80) },
  { of: ['state'], fill: shade(60) },
];

/** Memory by role from the first phase to the last: steps, because it changes at once. */
export function MemoryOverTime({ run }: { run: Run }) {
  // A run that goes on has what it had last, up to its present step.
  useMetricsVersion();
  const points = run.memory ?? [];
  if (points.length === 0)
    return (
      <div>
        <h3>{boardWords.memory(run.name)}</h3>
        <p className={css.soft}>{boardWords.memoryEmpty}</p>
      </div>
    );
  const last = defined(points[points.length - 1]).seconds;
  const end = Math.max(last * 1.02, run.ended > run.started && run.started > 0 ? (run.ended - run.started) / 1000 : (curveOf(run.id).column('seconds').at(-1) ?? last), last + 0.1);
  const sx = wholeScale(end);
  const roles = rolesIn(...points.map(({ bytes }) => bytes));
  const peak = Math.max(...points.map(({ bytes }) => totalOf(bytes)));
  const planned = run.plan ? totalOf(run.plan.bytes) : 0;
  const mib = 2 ** 20;
  const sy = linearScale(0, Math.max(peak, planned) / mib);
  const x = (seconds: number) => 1000 * at(sx, seconds);
  const y = (bytes: number) => 1000 * (1 - at(sy, bytes / mib));
  const drawn = bands.map(({ of, fill }) => ({ of: of.filter((role) => roles.includes(role)), fill })).filter(({ of }) => of.length > 0);
  const sumOf = (bytes: BytesByRole, of: readonly Role[]) => of.reduce((sum, role) => sum + (bytes[role] ?? 0), 0);
  const band = (at: number): string => {
    const under = drawn.slice(0, at).flatMap(({ of }) => of);
    return steppedArea(points.map(({ seconds, bytes }, i) => {
      const low = sumOf(bytes, under);
      return { from: x(seconds), to: x(points[i + 1]?.seconds ?? end), low: y(low), high: y(low + sumOf(bytes, defined(drawn[at]).of)) };
    }));
  };
  const drawing = (cursor: number) => (
    <div className={identity(run.spec.method.method)}>
      <div className={plot.plot}>
      <div className={css.room}>
        <span className={plot.yl}>{boardWords.memoryAxis}</span>
        <div className={plot.area}>
          <svg className={plot.geo} viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">
            {sy.ticks.map((tick) => (
              <line key={tick} className={plot.grid} x1="0" x2="1000" y1={1000 * (1 - at(sy, tick))} y2={1000 * (1 - at(sy, tick))} />
            ))}
            {drawn.map(({ fill }, i) => (
              <path key={fill} className={css.area} d={band(i)} fill={fill} />
            ))}
            {planned > 0 && <line className={plot.now} x1="0" x2="1000" y1={y(planned)} y2={y(planned)} strokeDasharray="4 3" />}
            {points[cursor] && <line className={plot.now} x1={x(points[cursor].seconds)} x2={x(points[cursor].seconds)} y1="0" y2="1000" />}
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
          <span className={plot.xl}>{boardWords.memoryTime}</span>
        </div>
      </div>
      </div>
      <div className={css.legend}>
        {drawn.map(({ of, fill }) => (
          <span key={fill}>
            <i style={{ background: fill }} aria-hidden="true" />
            {partsOf(of.map((role) => memoryWords.roles[role]))}
          </span>
        ))}
      </div>
    </div>
  );
  return (
    <Figure
      title={boardWords.memory(run.name)}
      of={pictureOf([run])}
      summary={boardWords.memorySummary(formatMiB(peak), formatMiB(planned))}
      caption={boardWords.memorySummary(formatMiB(peak), formatMiB(planned))}
      stops={points.map((point) => boardWords.memoryStop(formatClock(point.seconds), phasesWords[point.phase], formatMiB(totalOf(point.bytes))))}
      table={{ head: [...boardWords.memoryHead, ...roles.map((role) => memoryWords.roles[role]), memoryWords.total], rows: points.map(({ seconds, phase, step, bytes }) => [Number(seconds.toFixed(2)), phasesWords[phase], step, ...roles.map((role) => formatMiB(bytes[role] ?? 0)), formatMiB(totalOf(bytes))]), plain: { head: [...boardWords.memoryHead, ...[...roles.map((role) => memoryWords.roles[role]), memoryWords.total].map(boardWords.inMiB)], rows: points.map(({ seconds, phase, step, bytes }) => [seconds, phasesWords[phase], step, ...roles.map((role) => (bytes[role] ?? 0) / mib), totalOf(bytes) / mib]) } }}
      print={{ legend: false, draw: () => drawing(-1) }}
    >
      {drawing}
    </Figure>
  );
}
