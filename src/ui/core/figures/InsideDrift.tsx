import type { CSSProperties } from 'react';
import { Figure } from '../../kit/charts/Figure';
import { identity } from '../../kit/charts/MethodKey';
import { Term } from '../../kit/controls/Term';
import { formatAlike, formatCount, formatFixed, formatPercent } from '../../../language/format';
import { defined } from '../../../numbers/defined';
import { pictureOfAnalysis } from './pictureOf';
import type { InsideProps } from './InsideFigures';
import { driftFinding } from '../analyses/insideFindings';
import { namesOf } from '../analyses/landscapeFindings';
import css from './landscape.module.css';
import { insideWords } from '../words/inside';

/** Drift of the features, length of the updates, and the original task where it could be measured: bars for each run. */
export function Drift({ made, slide = false }: InsideProps) {
  const names = namesOf(made, !slide);
  const { original, geometry, pretrained, runs } = made;
  const c = insideWords.driftColumns;
  const drifts = pretrained.map((row) => 1 - row.at(-1)!);
  const columns: { name: string; values: number[]; most: number; words: (value: number) => string }[] = [
    { name: c.drift, values: drifts, most: 0, words: formatAlike(drifts) },
    { name: c.norm, values: geometry.norms, most: 0, words: formatAlike(geometry.norms) },
    ...(original ? [{ name: c.accuracy, values: original.after.map(({ accuracy }) => accuracy), most: 1, words: (value: number) => `${formatPercent(value)} (${formatFixed(100 * (value - original.before.accuracy), 1)})` }] : []),
  ];
  const stops = columns.flatMap(({ name, values, words }) => values.map((value, run) => `${names[run]}: ${name} ${words(value)}`));
  const bars = (cursor: number, onPaper = false) =>
    columns.map(({ name, values, most, words }, column) => {
      const whole = most || Math.max(1e-12, ...values.filter(Number.isFinite));
      return (
        <div key={name} className={css.bars}>
          <b>{name === c.drift && !onPaper ? <Term name="drift">{name}</Term> : name}</b>
          {values.map((value, run) => (
            <div key={run} className={`${identity(defined(runs[run]).method)} ${cursor === column * values.length + run ? css.here : ''}`}>
              <span>{names[run]}</span>
              <span>
                <i style={{ '--v': Math.max(0, value) / whole } as CSSProperties} />
                {words(value)}
              </span>
            </div>
          ))}
        </div>
      );
    });
  return (
    <Figure
      title={insideWords.drift}
      of={pictureOfAnalysis(made.runs, made.images, made.split)}
      summary={driftFinding(made, names)}
      caption={`${insideWords.driftHint} ${original ? insideWords.task(original.data, formatCount(original.images), formatPercent(original.before.accuracy)) : insideWords.noTask}`}
      stops={stops}
      table={{ head: [c.run, ...columns.map(({ name }) => name)], rows: names.map((name, run) => [name, ...columns.map(({ values, words }) => words(defined(values[run])))]), plain: { head: [c.run, ...columns.map(({ name }) => name)], rows: names.map((name, run) => [name, ...columns.map(({ name, values }) => (name === c.accuracy ? 100 : 1) * defined(values[run]))]) } }}
      print={{ legend: false, draw: () => bars(-1, true) }}
    >
      {(cursor) => (
        <>
          {!slide && <p className={css.finding}>{driftFinding(made, names)}</p>}
          {bars(cursor)}
        </>
      )}
    </Figure>
  );
}
