import { onFront } from '../charts/front';
import { Scatter } from '../charts/Scatter';
import { formatShort } from '../format';
import { factNamed, facts, type Fact } from '../store/facts';
import { isRecorded } from '../store/recorded';
import { caveatsOf, groupRuns, shortNameOf, verdict, type Group } from '../store/runGroups';
import type { Run } from '../store/runs';
import { changeSettings, useSettings } from '../store/settings';
import { likeTimed, typicalSeconds } from '../store/timing';
import { t } from '../strings';
import controls from '../controls/controls.module.css';
import css from '../charts/board.module.css';
import { pointsOf } from './points';

const costs = ['trainable', 'memory', 'seconds'] as const;
const metrics = facts.filter((fact) => fact.kind === 'number' && (fact.good || ['lr', 'r', 'shots', 'batch', 'steps', 'seed', 'steps_done'].includes(fact.name)));
/** Without its unit. */
const plainTitle = (title: string): string => title[0].toUpperCase() + title.slice(1).replace(/,[^,]*$/, '');
const tick = (fact: Fact) => (value: number) => (fact.name === 'accuracy' || fact.name === 'val' ? String(Number((100 * value).toPrecision(6))) : fact.log && value >= 10_000 ? formatShort(value) : fact.name === 'seconds' ? fact.format(value) : Math.abs(value) >= 0.001 || value === 0 ? String(Number(value.toPrecision(6))) : value.toExponential());

/** Metrics of time: they are compared under like conditions alone. */
const timeMetrics = ['seconds', 'images_per_second'];
const atMedian = (fact: Fact): Fact => (fact.name === 'seconds' ? { ...fact, of: typicalSeconds } : fact);

function ofTwo(all: readonly Group[], x: Fact, y: Fact) {
  const ofTime = [x, y].some(({ name }) => timeMetrics.includes(name));
  const { timed, left } = ofTime ? likeTimed(all) : { timed: all, left: [] };
  const points = pointsOf(timed, atMedian(x), atMedian(y));
  const front = onFront(points, x.good, y.good);
  return {
    points,
    caption: ofTime && [t.board.median, left.length > 0 && t.board.unlike(left.map((group) => shortNameOf(group, all)))].filter(Boolean).join(' '),
    summary: t.board.summary(points.length, points.filter((_, i) => front[i]).map(({ label }) => label).join(', ')),
    xLabel: x.title,
    yLabel: y.title,
    log: x.log ?? false,
    goodX: x.good,
    goodY: y.good,
    front: true,
    formatX: x.format,
    formatY: y.format,
    tickX: tick(x),
    tickY: tick(y),
    head: t.board.head(x.title, y.title),
  };
}

/** What accuracy costs: parameters (figure 1 of the paper), memory and time. */
export function Costs({ runs }: { runs: Run[] }) {
  const groups = groupRuns(runs, 'seed');
  const accuracy = factNamed('accuracy')!;
  return (
    <>
      <div className={css.lead}>
        {runs.length > 0 && runs.every(isRecorded) && <span className={css.tag}>{t.recorded.tag(Math.max(1, ...groups.map(({ seeds }) => seeds.length)))}</span>}
        {verdict(groups, 'seed').map((sentence) => (
          <p key={sentence} className={css.finding}>
            {sentence}
          </p>
        ))}
        <p className={css.soft}>{[...caveatsOf(groups), t.board.about].join(' ')}</p>
      </div>
      <div className={css.three}>
        {costs.map((cost) => {
          const of = ofTwo(groups, factNamed(cost)!, accuracy);
          if (of.points.length === 0 && cost === 'seconds' && of.caption)
            return (
              <div key={cost}>
                <h3>{t.board.cost(t.board.costs[cost])}</h3>
                <p className={css.soft}>{of.caption}</p>
              </div>
            );
          return of.points.length > 0 && <Scatter key={cost} {...of} title={t.board.cost(t.board.costs[cost])} xLabel={t.board.axes[cost]} joined={cost === 'trainable'} />;
        })}
      </div>
    </>
  );
}

/** Any two metrics against each other. */
export function AnyTwo({ runs }: { runs: Run[] }) {
  const { chartX, chartY } = useSettings();
  const find = (name: string, standard: string) => metrics.find((fact) => fact.name === name) ?? factNamed(standard)!;
  const [x, y] = [find(chartX, 'memory'), find(chartY, 'accuracy')];
  const of = ofTwo(groupRuns(runs, 'seed'), x, y);
  const picker = (which: 'chartX' | 'chartY', fact: Fact, label: string, word: string) => (
    <>
      {word}
      <select className={controls.select} aria-label={label} value={fact.name} onChange={(event) => changeSettings({ [which]: event.target.value })}>
        {metrics.map((one) => (
          <option key={one.name} value={one.name}>
            {one.title}
          </option>
        ))}
      </select>
    </>
  );
  const tools = (
    <span className={css.pickers}>
      {picker('chartY', y, t.board.upLabel, t.board.up)}
      {picker('chartX', x, t.board.acrossLabel, t.board.across)}
    </span>
  );
  const title = t.board.anyTitle(plainTitle(y.title), plainTitle(x.title).toLowerCase());
  if (of.points.length === 0)
    return (
      <div>
        <h3>{title}</h3>
        {tools}
        <p className={css.soft}>{t.board.none}</p>
      </div>
    );
  return <Scatter {...of} title={title} tools={tools} />;
}
