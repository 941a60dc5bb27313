import { Fragment } from 'react';
import { onFront } from '../../kit/charts/front';
import { Scatter, type Point } from '../../kit/charts/Scatter';
import { Term } from '../../kit/controls/Term';
import { formatShort, partsOf } from '../../../language/format';
import { factNamed, type Fact } from '../runs/facts';
import { meanFact, hasHead, isPooled, nameOf, offBudgets, type Group } from '../runs/runGroups';
import { pictureOf } from './pictureOf';
import { printFacts } from './printed';
import { changeSettings, useSettings } from '../settings/settings';
import { likeTimed } from '../runs/timing';
import { markWords } from '../../kit/words/marks';
import controls from '../../kit/controls/controls.module.css';
import css from '../../kit/charts/board.module.css';
import { percentTick } from './GroupCurves';
import { axisOf, hasFront, isOffered, metrics, titleOfTwo } from './axes';
import { pointsOf } from './points';
import { boardWords } from '../words/board';
import { printWords } from '../words/print';
import { tableWords } from '../words/table';

const isShare = (fact: Fact): boolean => fact.share === true;
const tick = (fact: Fact) => (value: number) => (isShare(fact) ? percentTick(value) : fact.name === 'seconds' ? (value === 0 ? '0' : fact.format(value)) : fact.log && value >= 1000 ? formatShort(value) : Math.abs(value) >= 0.001 || value === 0 ? String(Number(value.toPrecision(6))) : value.toExponential());
/** Title of a quantity in a file, with its unit; `plainOf` gives its numbers in that unit. */
const headOf = (fact: Fact): string => (fact.name === 'seconds' ? boardWords.seconds(fact.title) : fact.title);
const plainOf = (fact: Fact) => (value: number) => (isShare(fact) ? 100 * value : value);
/** Metrics of time: they are compared under like conditions alone. */
const timeMetrics = ['seconds', 'images_per_second'];

function ofTwo(all: readonly Group[], x: Fact, y: Fact, joined = false) {
  const ofTime = [x, y].some(({ name }) => timeMetrics.includes(name));
  const { timed, left } = ofTime ? likeTimed(all) : { timed: all, left: [] };
  const points = pointsOf(timed, x, y);
  const ranked = hasFront(x, y);
  const front = points.filter((_, i) => ranked && onFront(points, x.good, y.good)[i]);
  const groups = timed.filter((group) => points.some(({ id }) => id === group.key));
  return {
    left,
    points,
    reading: <Reading x={x} y={y} front={front.length} joined={joined} points={points} groups={groups} />,
    of: pictureOf(groups.flatMap(({ counted }) => counted)),
    caption: left.length > 0 && boardWords.unlike(left.map(({ group, why }) => tableWords.unlikeOf([nameOf(group)], why.map((reason) => tableWords.unlike[reason])))),
    facts: (title: string) => printFacts(title, groups, [
      points.some(({ dy }) => Boolean(dy)) && printWords.means,
      points.some(({ range }) => Boolean(range)) && printWords.singles,
      points.some(({ each }) => each) && markWords.each,
      front.length > 1 && printWords.front,
      joined && areJoined(points) && printWords.joined,
      [x, y].some(({ name }) => name === 'trainable') && printWords.counted(hasHead(groups)),
      groups.some(isPooled) && markWords.pooled,
      points.some(({ pale }) => pale) && markWords.pale,
    ]),
    summary: boardWords.summary(points.length, partsOf(front.map(({ label }) => label))),
    xLabel: x.title,
    yLabel: y.title,
    log: x.log ?? false,
    goodX: x.good,
    goodY: y.good,
    front: ranked,
    joined,
    scaleX: axisOf(x, timed, x.log ?? false),
    scaleY: axisOf(y, timed, false),
    formatX: x.format,
    formatY: y.format,
    tickX: tick(x),
    tickY: tick(y),
    head: boardWords.head(x.title, y.title),
    plain: { head: boardWords.head(headOf(x), headOf(y)), x: plainOf(x), y: plainOf(y) },
  };
}

interface Drawn {
  x: Fact;
  y: Fact;
  points: readonly Point[];
  groups: readonly Group[];
  /** Number of points on the front, 0 if there is none; and whether points of one method are joined. */
  front: number;
  joined: boolean;
}

const costs = ['trainable', 'memory', 'seconds'] as const;
export type Cost = (typeof costs)[number];

/** True if some points are of one line. */
const areJoined = (points: readonly Point[]): boolean => new Set(points.map(({ line }) => line)).size < points.length;

/** Explanation of the marks; of those that not every chart has, only the ones that this chart draws. */
function Reading({ x, y, points, groups, front, joined }: Drawn) {
  const words = markWords;
  const bars = points.some(({ dy, range }) => Boolean(dy ?? range));
  // One point is the front by itself, and one that nobody beats has no line.
  const ranked = front > 0 && points.length > 1;
  const hollow = front < points.length;
  const beaten = costs.some((cost) => cost === x.name) && y.name === 'accuracy' ? words.hollow : words.beaten;
  const sentences = [
    (ranked || bars) && (
      <>
        {ranked && (
          <>
            {front === 1 ? words.single : hollow ? words.filled : words.all}{' '}
            <Term name="front" then={`${hollow ? beaten : ''}${bars ? `${words.bars} ` : '.'}`}>
              {words.front}
            </Term>
          </>
        )}
        {bars && (
          <>
            {!ranked && `${words.barsAlone} `}
            <Term name="interval" then={`${words.covers(points.some(({ dy }) => Boolean(dy)), points.some(({ range }) => Boolean(range)))}.`}>
              {words.interval}
            </Term>
          </>
        )}
      </>
    ),
    joined && areJoined(points) && words.lines,
    [x, y].some(({ name }) => name === 'trainable') && (
      <>
        {words.counted}{' '}
        <Term name="trainable" then={`${hasHead(groups) ? words.head : ''}.`}>
          {words.trainable}
        </Term>
      </>
    ),
    [...offBudgets(groups).values()].some(Boolean) && (
      <>
        {words.off}{' '}
        <Term name="offBudget" then=".">
          {words.share}
        </Term>
      </>
    ),
    groups.some(isPooled) && words.pooled,
    points.some(({ each }) => each) && words.each,
    points.length > 1 && words.beside,
    points.some(({ pale }) => pale) && words.pale,
  ];
  return (
    <span className={css.soft}>
      {sentences.filter(Boolean).map((sentence, i) => (
        <Fragment key={i}>
          {i > 0 && ' '}
          {sentence}
        </Fragment>
      ))}
    </span>
  );
}

/** Test accuracy of groups against what it costs: parameters (figure 1 of the paper), memory or time. `bare`: without the explanation of its marks. */
export function CostFigure({ groups, cost, bare = false }: { groups: readonly Group[]; cost: Cost; bare?: boolean }) {
  const { left, ...of } = ofTwo(groups, factNamed(cost)!, factNamed('accuracy')!, cost === 'trainable');
  const title = boardWords.cost(boardWords.costs[cost]);
  if (of.points.length === 0)
    return left.length === 0 ? null : (
      <div>
        <h3>{title}</h3>
        <p className={css.soft}>{tableWords.allUnlikeTimed}</p>
      </div>
    );
  return <Scatter {...of} reading={bare ? undefined : of.reading} title={title} xLabel={boardWords.axes[cost]} facts={() => of.facts(title)} />;
}

/** Any two metrics against each other. */
export function AnyTwo({ groups }: { groups: readonly Group[] }) {
  const { chartX, chartY } = useSettings();
  const offered = metrics.filter((fact) => isOffered(fact, groups));
  const find = (name: string, standard: string) => offered.find((fact) => fact.name === name) ?? factNamed(standard)!;
  const [x, y] = [find(chartX, 'memory'), find(chartY, 'accuracy')];
  const { left, ...of } = ofTwo(groups, x, y);
  // What no run has is not to be chosen: perplexity of pictures, say.
  const known = offered.filter((one) => one === x || one === y || groups.some((group) => meanFact(group, one) !== null));
  const picker = (which: 'chartX' | 'chartY', fact: Fact, label: string, word: string) => (
    <label>
      {word}
      <select className={controls.select} aria-label={label} value={fact.name} onChange={(event) => changeSettings({ [which]: event.target.value })}>
        {known.map((one) => (
          <option key={one.name} value={one.name}>
            {one.title}
          </option>
        ))}
      </select>
    </label>
  );
  const tools = (
    <span className={css.pickers}>
      {picker('chartY', y, boardWords.upLabel, boardWords.up)}
      {picker('chartX', x, boardWords.acrossLabel, boardWords.across)}
    </span>
  );
  const title = titleOfTwo(x, y);
  if (of.points.length === 0)
    return (
      <div>
        <h3>{title}</h3>
        {tools}
        <p className={css.soft}>{left.length > 0 ? tableWords.allUnlikeTimed : boardWords.none}</p>
      </div>
    );
  return <Scatter {...of} title={title} tools={tools} facts={() => of.facts(title)} />;
}
