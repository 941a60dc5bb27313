import type { CSSProperties } from 'react';
import { MemoryLegend, MemoryStack } from '../core/figures/MemoryStack';
import { MethodKey } from '../kit/charts/MethodKey';
import { Figure } from '../kit/charts/Figure';
import { Plot } from '../kit/charts/Plot';
import { gutterOf } from '../kit/charts/endNames';
import { countsScale, logScale, type Scale } from '../../figures/scale';
import type { Series } from '../kit/charts/series';
import { rolesIn, totalOf } from '../../figures/memory';
import { percentTick } from '../core/figures/GroupCurves';
import { formatCount, formatMiB, formatPercent, formatShort, partsOf } from '../../language/format';
import { methodLook, orderMethods } from '../../figures/methods';
import { defined } from '../../numbers/defined';
import { accuracyScale, isCut } from '../core/figures/curves';
import { pictureOf } from '../core/figures/pictureOf';
import { fewestTested } from '../core/runs/runs';
import type { Group } from '../core/runs/seedGroups';
import type { Plan } from '../../train/protocol';
import { lessonWords } from './words/lessons';
import css from '../core/parts/stage.module.css';
import { curveWords } from '../core/words/curves';
import { memoryWords } from '../core/words/memory';
import { methodWords } from '../core/words/budget';
import { boardWords } from '../core/words/board';
import { meanText } from '../core/words/ranking';

/** One chart at a time, as large as there is room; drawn by the code of the page. */

interface AgainstProps {
  groups: readonly Group[];
  /** Place of a group on the horizontal axis. */
  at: (group: Group) => number;
  /** Words beside a group's point. */
  word: (group: Group) => string;
  title: string;
  xLabel: string;
  words: (value: number) => string;
  /** Scale of the places. */
  scale: (places: readonly number[]) => Scale;
}

const aroundPlaces = (places: readonly number[]): Scale => logScale(Math.min(...places) / 1.15, Math.max(...places) * 1.15);

/** Test accuracy of groups of runs against a quantity of theirs on a log axis, with intervals over seeds, and the setting at each point. */
export function AgainstChart({ groups, at, word, title, xLabel, words, scale }: AgainstProps) {
  const methods = orderMethods([...new Set(groups.map((group) => group.method))]);
  const series = methods.map((method): Series => {
    const own = groups.filter((group) => group.method === method).sort((a, b) => at(a) - at(b));
    const constant = own.every((group) => at(group) === 0);
    return {
      id: method, method, label: methodLook(method).title, detail: meanText(defined(own[own.length - 1])),
      x: own.map(at), y: own.map((group) => group.accuracy.mean), spread: own.map((group) => group.accuracy.interval ?? NaN),
      words: constant ? undefined : own.map(word), marks: !constant, constant, live: false, strong: true, named: true,
    };
  });
  const xs = groups.map(at).filter((value) => value > 0);
  const sy = accuracyScale(series, fewestTested(groups.flatMap((group) => group.runs)));
  const drawn = series.every(({ constant }) => constant) ? 'bands' : series.some(({ constant }) => constant) ? 'both' : 'lines';
  const seeds = groups.map(({ accuracy }) => accuracy.n);
  const [least, most] = [Math.min(...seeds), Math.max(1, ...seeds)];
  return (
    <Plot
      title={title}
      summary={lessonWords.againstSummary(partsOf(series.map((one) => `${one.label} ${one.detail}`)))}
      caption={[lessonWords.intervals(least === most ? 0 : least, most, drawn), isCut(series, sy, true) && curveWords.cut].filter(Boolean).join(' ')}
      of={pictureOf(groups.flatMap((group) => group.runs))}
      xLabel={xLabel}
      yLabel={curveWords.splits.test.unit}
      sx={xs.length > 0 ? scale(xs) : logScale(1, 10)}
      sy={sy}
      gutter={gutterOf(series)}
      series={groups.length > 0 ? series : []}
      formatX={words}
      tickX={(value) => formatShort(value)}
      formatY={formatPercent}
      formatTick={percentTick}
      share
    />
  );
}

const shotsOf = (group: Group): number => defined(group.runs[0]).spec.train.shots;

/** Accuracy against the parameters of the adapter. */
export const ParametersChart = ({ groups }: { groups: readonly Group[] }) => (
  <AgainstChart groups={groups} at={({ parameters }) => parameters} word={({ setting }) => setting} title={lessonWords.charts.parameters} xLabel={lessonWords.axes.parameters} words={(count) => lessonWords.words.parameters(formatCount(count))} scale={aroundPlaces} />
);

/** Accuracy against the training pictures of each class; the places of the points say the setting. */
export const ShotsChart = ({ groups }: { groups: readonly Group[] }) => <AgainstChart groups={groups} at={shotsOf} word={() => ''} title={lessonWords.charts.shots} xLabel={lessonWords.axes.shots} words={lessonWords.words.shots} scale={countsScale} />;

/**
 * Planned memory of the chosen methods, exact before anything is allocated. The axis is that of the plans before, so that
 * bars shrink by what is saved; an outline keeps their old length.
 */
export function MemoryChart({ before, now }: { before: Readonly<Record<string, Plan>>; now: Readonly<Record<string, Plan>> }) {
  const methods = orderMethods(Object.keys(now));
  const full = Math.max(1, ...[...Object.values(before), ...Object.values(now)].map(({ bytes }) => totalOf(bytes)));
  const bytesOf = (method: string) => defined(now[method]).bytes;
  const roles = rolesIn(...methods.map(bytesOf));
  const rows = <Cell,>(cell: (bytes: number) => Cell) => methods.map((method): (Cell | string)[] => [methodLook(method).title, cell(totalOf(bytesOf(method))), ...roles.map((role) => cell(bytesOf(method)[role] ?? 0))]);
  const heads = [memoryWords.total, ...roles.map((role) => memoryWords.roles[role])];
  const needs = methods.map((method) => memoryWords.needs(methodLook(method).title, formatMiB(totalOf(bytesOf(method)))));
  return (
    <Figure
      title={partsOf([memoryWords.plannedTitle, memoryWords.unit])}
      summary={partsOf(needs)}
      stops={needs}
      table={{ head: [methodWords.columns.method, ...heads], rows: rows(formatMiB), plain: { head: [methodWords.columns.method, ...heads.map(boardWords.inMiB)], rows: rows((bytes) => bytes / 2 ** 20) } }}
    >
      {() => (
        <div className={css.memory} style={{ '--bars': Math.max(1, methods.length) } as CSSProperties}>
          {methods.length === 0 && <p>{lessonWords.planning}</p>}
          {methods.map((method) => {
            const was = before[method] && totalOf(before[method].bytes);
            const is = totalOf(bytesOf(method));
            return (
              <div key={method}>
                <MethodKey method={method} />
                <div className={css.bar}>
                  <MemoryStack method={method} bytes={bytesOf(method)} full={full} />
                  {was !== undefined && was !== is && <i style={{ width: `${(100 * was) / full}%` }} title={lessonWords.before(methodLook(method).title, formatMiB(was))} />}
                </div>
                <span>{formatMiB(is)}</span>
              </div>
            );
          })}
          {methods.length > 0 && (
            <>
              <p>{memoryWords.legend}</p>
              <MemoryLegend method={defined(methods[0])} bytes={methods.map(bytesOf)} />
            </>
          )}
        </div>
      )}
    </Figure>
  );
}
