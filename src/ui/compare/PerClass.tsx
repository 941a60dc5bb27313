import { useState, type CSSProperties } from 'react';
import { Figure } from '../charts/Figure';
import { MethodKey } from '../charts/MethodKey';
import { Segmented } from '../controls/Segmented';
import { formatPercent } from '../format';
import { useBaselines } from '../store/baselines';
import { groupRuns, nameOf, wholeNameOf, type Group } from '../store/runGroups';
import { testEvaluation, type Run } from '../store/runs';
import type { Grouping } from '../store/settings';
import { t } from '../strings';
import css from '../charts/board.module.css';

type Mode = 'value' | 'zero' | 'probe';
const mostDrawn = 40;

/** Mean over the runs of a group of each class's accuracy, 0 to 1. */
function meanPerClass(group: Group, classes: number): number[] {
  return Array.from({ length: classes }, (_, i) => {
    const values = group.counted.map((run) => testEvaluation(run)!.per_class[i]).filter(Number.isFinite);
    return values.length > 0 ? values.reduce((a, b) => a + b, 0) / values.length : NaN;
  });
}

const signed = (value: number): string => (Number.isFinite(value) ? `${value > 0 ? '+' : value < 0 ? '−' : ''}${formatPercent(Math.abs(value))}` : '–');

/** Accuracy of each class, a row for each setting; or its change against no training, or against the probe. */
export function PerClass({ runs, by }: { runs: readonly Run[]; by: Grouping }) {
  const [wanted, setMode] = useState<Mode>('value');
  const zeroShot = useBaselines(runs).find(({ test }) => test)?.test;
  const classes = runs.findLast((run) => run.classes.length > 0)?.classes ?? [];
  const same = runs.filter((run) => run.classes.join('\n') === classes.join('\n'));
  const groups = groupRuns(same, by).filter((group) => group.counted.length > 0);
  const probe = groups.find((group) => group.method === 'linear_probe');
  const modes = (['value', 'zero', 'probe'] as Mode[]).filter((mode) => mode === 'value' || (mode === 'zero' ? zeroShot?.per_class.length === classes.length : probe !== undefined));
  const mode = modes.includes(wanted) ? wanted : 'value';
  const base = mode === 'zero' ? zeroShot!.per_class : mode === 'probe' ? meanPerClass(probe!, classes.length) : null;
  const rows = groups
    .filter((group) => mode !== 'probe' || group !== probe)
    .map((group) => {
      const values = meanPerClass(group, classes.length).map((value, i) => (base ? value - base[i] : value));
      return { group, label: nameOf(group), values };
    });
  if (rows.length === 0 || classes.length === 0) return null;
  const words = base ? signed : formatPercent;
  const drawn = classes.slice(0, mostDrawn);
  const most = Math.max(0.01, ...rows.flatMap(({ values }) => values.filter(Number.isFinite).map(Math.abs)));
  const shade = (value: number) => (!Number.isFinite(value) ? 0 : base ? (85 * Math.abs(value)) / most : Math.max(0, 100 * value));
  return (
    <Figure
      title={t.board.perClass}
      caption={
        <>
          {t.board.perClassHint[mode]} {classes.length > drawn.length && t.board.most(drawn.length)}
        </>
      }
      summary={t.board.perClassSummary(rows.length, classes.length)}
      tools={modes.length > 1 && <Segmented label={t.board.perClassMode} value={mode} options={modes.map((value) => ({ value, text: t.board.perClassModes[value] }))} onChange={setMode} />}
      stops={rows.flatMap(({ label, values }) => drawn.map((name, i) => t.board.perClassCell(label, name, words(values[i]))))}
      table={{ head: ['', ...classes], rows: rows.map(({ label, values }) => [label, ...values.map(words)]) }}
    >
      {(cursor) => (
        <div className={css.scroll} role="region" aria-label={t.chart.tableOf(t.board.perClass)} tabIndex={0}>
          <table className={css.heat} style={{ minWidth: `${13 + 2.6 * drawn.length}rem` }}>
            <thead>
              <tr>
                <th />
                {drawn.map((name) => (
                  <th key={name} scope="col" title={name}>
                    <span>{name}</span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ group, label, values }, row) => (
                <tr key={group.key}>
                  <th scope="row" title={wholeNameOf(group)}>
                    <MethodKey method={group.method || 'ink'}>{label}</MethodKey>
                  </th>
                  {drawn.map((name, i) => (
                    <td key={name} className={[base && (values[i] < 0 ? css.less : css.more), cursor === row * drawn.length + i && css.at].filter(Boolean).join(' ') || undefined} style={{ '--v': shade(values[i]).toFixed(1) } as CSSProperties}>
                      {base ? words(values[i]) : formatPercent(values[i])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Figure>
  );
}
