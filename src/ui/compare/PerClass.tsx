import { useState, type CSSProperties } from 'react';
import { trainsOf } from '../../adapters/fields';
import { Figure } from '../kit/charts/Figure';
import { MethodKey } from '../kit/charts/MethodKey';
import { PrintedHeat } from '../kit/charts/PrintedHeat';
import { Segmented } from '../kit/controls/Segmented';
import { formatCount, formatPercent } from '../../language/format';
import { useBaselines } from '../core/runs/baselines';
import { farthest } from '../../figures/interval';
import { wilson } from '../../numbers/pairs';
import { defined } from '../../numbers/defined';
import { pictureOf } from '../core/figures/pictureOf';
import { sentences } from '../core/figures/printed';
import { groupRuns, isPooled, nameOf, wholeNameOf, type Group } from '../core/runs/runGroups';
import { testEvaluation, type Run } from '../core/runs/runs';
import type { Grouping } from '../core/settings/settings';
import { plainFacts } from '../kit/print/request';
import css from '../kit/charts/board.module.css';
import { boardWords } from '../core/words/board';
import { runsWords } from '../core/words/runs';
import { chartWords } from '../kit/words/chart';

type Mode = 'value' | 'zero' | 'probe';
const mostDrawn = 40;
/** Classes of fewer pictures are spoken of. */
const few = 50;

/** Mean over the runs of a group of each class's accuracy, 0 to 1. */
function meanPerClass(group: Group, classes: number): number[] {
  return Array.from({ length: classes }, (_, i) => {
    const values = group.counted.map((run) => testEvaluation(run)!.per_class[i] ?? NaN).filter(Number.isFinite);
    return values.length > 0 ? values.reduce((a, b) => a + b, 0) / values.length : NaN;
  });
}

/** Test pictures of each class, of which the group's runs have the same. */
function picturesPerClass(group: Group, classes: number): number[] {
  const { confusion } = testEvaluation(defined(group.counted[0]))!;
  return Array.from({ length: classes }, (_, i) => (confusion[i] ?? []).reduce((all, count) => all + count, 0));
}

/** Ends of the interval of a class's accuracy; NaN where it has no picture. */
const boundsOf = (accuracy: number, count: number): [number, number] => (count > 0 ? wilson(accuracy, count) : [NaN, NaN]);

const signed = (value: number): string => (Number.isFinite(value) ? `${value > 0 ? '+' : value < 0 ? '−' : ''}${formatPercent(Math.abs(value))}` : '–');

/** Accuracy of each class, a row for each setting; or its change against no training, or against the probe. */
export function PerClass({ runs, by }: { runs: readonly Run[]; by: Grouping }) {
  const [wanted, setMode] = useState<Mode>('value');
  const zeroShot = useBaselines(runs).find(({ test }) => test)?.test;
  const classes = runs.findLast((run) => run.classes.length > 0)?.classes ?? [];
  const same = runs.filter((run) => run.classes.join('\n') === classes.join('\n'));
  const groups = groupRuns(same, by).filter((group) => group.counted.length > 0);
  const probe = groups.find((group) => trainsOf(group.method) === 'head');
  const modes = (['value', 'zero', 'probe'] as Mode[]).filter((mode) => mode === 'value' || (mode === 'zero' ? zeroShot?.per_class.length === classes.length : probe !== undefined));
  const mode = modes.includes(wanted) ? wanted : 'value';
  const base = mode === 'zero' ? zeroShot!.per_class : mode === 'probe' ? meanPerClass(probe!, classes.length) : null;
  const rows = groups
    .filter((group) => mode !== 'probe' || group !== probe)
    .map((group) => {
      const means = meanPerClass(group, classes.length);
      const counts = picturesPerClass(group, classes.length);
      const cells = classes.map((name, i) => {
        const [mean, count] = [defined(means[i]), defined(counts[i])];
        const [low, high] = boundsOf(mean, count);
        return { name, count, interval: count > 0 ? boardWords.interval(formatPercent(low), formatPercent(high)) : '', value: base ? mean - defined(base[i]) : mean };
      });
      return { group, label: nameOf(group), cells };
    });
  if (rows.length === 0 || classes.length === 0) return null;
  const words = base ? signed : formatPercent;
  const drawn = classes.slice(0, mostDrawn);
  const drawnOf = <T,>(cells: readonly T[]) => cells.slice(0, mostDrawn);
  // As wide as the longest name, beside its sign.
  const names = Math.min(13, 3.25 + 0.42 * Math.max(...rows.map(({ label }) => label.length)));
  const about = (label: string, { name, value, count, interval }: (typeof rows)[number]['cells'][number]) => boardWords.perClassCell(label, name, words(value), formatCount(count), interval);
  const least = Math.min(...rows.flatMap(({ cells }) => cells.map(({ count }) => count).filter((count) => count > 0)));
  const most = Math.max(0.01, ...rows.flatMap(({ cells }) => cells.map(({ value }) => Math.abs(value)).filter(Number.isFinite)));
  const shade = (value: number) => (!Number.isFinite(value) ? 0 : base ? (85 * Math.abs(value)) / most : Math.max(0, 100 * value));
  const of = pictureOf(rows.flatMap(({ group }) => group.counted));
  const said = sentences([boardWords.perClassHint[mode], groups.some(isPooled) ? boardWords.perClassMeans.runs : groups.some(({ counted }) => counted.length > 1) && boardWords.perClassMeans.seeds]);
  return (
    <Figure
      title={boardWords.perClass}
      caption={sentences([said, least < few && boardWords.few(formatCount(least), formatPercent(farthest(least))), classes.length > drawn.length && boardWords.most(drawn.length)])}
      print={{ legend: false, facts: () => plainFacts(boardWords.perClass, sentences([of, said]), { head: [runsWords.method, ...classes], rows: rows.map(({ label, cells }) => ({ cells: [label, ...cells.map(({ value }) => words(value))] })), caption: '' }), draw: ({ ratio }) => <PrintedHeat ratio={ratio} columns={drawn} rows={rows.map(({ group, label, cells }) => ({ label, method: group.method || undefined, cells: drawnOf(cells).map(({ value }) => ({ text: words(value), shade: shade(value), change: base ? (value < 0 ? 'less' : 'more') : undefined })) }))} /> }}
      of={of}
      summary={boardWords.perClassSummary(rows.length, classes.length)}
      tools={modes.length > 1 && <Segmented label={boardWords.perClassMode} value={mode} options={modes.map((value) => ({ value, text: boardWords.perClassModes[value] }))} onChange={setMode} />}
      stops={rows.flatMap(({ label, cells }) => drawnOf(cells).map((one) => about(label, one)))}
      table={{ head: [runsWords.run, ...classes], rows: rows.flatMap(({ label, cells }) => [[label, ...cells.map(({ value }) => words(value))], [boardWords.rowPictures(label), ...cells.map(({ count }) => formatCount(count))], [boardWords.rowIntervals(label), ...cells.map(({ interval }) => interval)]]), plain: { head: boardWords.perClassHead[base ? 'change' : 'value'], rows: rows.flatMap(({ label, cells }) => cells.map(({ name, value, count }) => [label, name, 100 * value, count, ...(base ? [] : boundsOf(value, count).map((bound) => 100 * bound))])) } }}
    >
      {(cursor) => (
        <div className={css.scroll} role="region" aria-label={chartWords.tableOf(boardWords.perClass)} tabIndex={0}>
          <table className={`${css.heat} ${css.classes}`} style={{ '--names': `min(${names}rem, 38vw)`, minWidth: `calc(var(--names) + ${2.4 * drawn.length}rem)` } as CSSProperties}>
            <thead>
              <tr>
                <th scope="col">
                  <span className="sr">{runsWords.run}</span>
                </th>
                {drawn.map((name) => (
                  <th key={name} scope="col" title={name}>
                    <span>{name}</span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ group, label, cells }, row) => (
                <tr key={group.key}>
                  <th scope="row" title={wholeNameOf(group)}>
                    <MethodKey method={group.method || 'ink'}>{label}</MethodKey>
                  </th>
                  {drawnOf(cells).map((one, i) => (
                    <td key={one.name} title={about(label, one)} className={[base && (one.value < 0 ? css.less : css.more), cursor === row * drawn.length + i && css.at].filter(Boolean).join(' ') || undefined} style={{ '--v': shade(one.value).toFixed(1) } as CSSProperties}>
                      {words(one.value)}
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
