import { useEffect, useMemo, useState } from 'react';
import { countsOf, type RoomCurve, type RoomPerson, type RoomState } from '../../records/class.meta';
import { formatShort, formatTick, formatTrainLoss, partsOf } from '../../language/format';
import { orderMethods } from '../../figures/methods';
import { wholeScale } from '../../figures/scale';
import { CostFigure } from '../core/figures/Costs';
import { lossesScale, lossSeries } from '../core/figures/curves';
import { axisWords } from '../core/figures/GroupCurves';
import { sentencesOf } from '../core/figures/sentences';
import { useMetricsVersion } from '../core/runs/metrics';
import { groupRuns } from '../core/runs/runGroups';
import { useKeptRuns, type Run } from '../core/runs/runs';
import { initialSettings } from '../core/settings/settings';
import { curveWords } from '../core/words/curves';
import { part } from '../kit/controls/Part';
import { Note } from '../kit/controls/Sign';
import { identity, MethodKey } from '../kit/charts/MethodKey';
import { Plot } from '../kit/charts/Plot';
import type { Series } from '../kit/charts/series';
import { addressesOf } from './address';
import { nameOf } from './People';
import { followBoard, followCurves } from './store/classBoard';
import { ofClass, resultsHere } from './store/results';
import { useRoom } from './store/room';
import css from './slide.module.css';
import { memberWords } from './words/member';
import { roomWords } from './words/room';

const QrCode = part(() => import('../core/parts/QrCode').then((module) => module.default));

/** The class on a projector, on one screen: how to join, how far it is, who trains what, curves that grow, and what was found so far. */
export default function ClassSlide({ code }: { code: string }) {
  const { state, trouble } = useRoom();
  useEffect(() => void followBoard(code), [code]);
  return (
    <div className={css.slide}>
      {state ? (
        <>
          <div className={css.side}>
            <Joining state={state} />
            <People state={state} />
          </div>
          <Findings state={state} trouble={trouble ? roomWords.troubles[trouble] : ''} />
        </>
      ) : trouble ? (
        <Note sign="warn">{roomWords.troubles[trouble]}</Note>
      ) : (
        <p>{memberWords.loading}</p>
      )}
    </div>
  );
}

function Joining({ state }: { state: RoomState }) {
  const { short, link } = addressesOf(state);
  const { done, failed, all } = countsOf(state);
  return (
    <div className={css.join}>
      <QrCode link={link} />
      <div>
        <p className={css.code}>{state.code}</p>
        <p role="status">{state.stopped ? roomWords.allStopped : roomWords.results(done, all)}</p>
        <progress aria-label={roomWords.progress} value={done + failed} max={all} />
      </div>
      <p className={css.address}>{short}</p>
    </div>
  );
}

/** People whose names have room. */
const mostShown = 30;

/** The people of the class, those who are there first: each with a bar of how far their experiment is, in the colour of its method. */
function People({ state }: { state: RoomState }) {
  const people = [...state.people].sort((a, b) => Number(b.here) - Number(a.here));
  const shown = people.slice(0, people.length > mostShown ? mostShown - 1 : mostShown);
  if (people.length === 0) return <p className={css.soft}>{roomWords.none}</p>;
  return (
    <ul className={css.people} aria-label={roomWords.grid} data-columns={people.length > 10 ? 3 : 2}>
      {shown.map((person) => (
        <Person key={person.number} person={person} state={state} />
      ))}
      {people.length > shown.length && <li className={css.soft}>{roomWords.more(people.length - shown.length)}</li>}
    </ul>
  );
}

function Person({ person, state }: { person: RoomPerson; state: RoomState }) {
  const { here, has, step, steps, done } = person;
  const experiment = has === null ? undefined : state.experiments[has];
  const now = experiment ? partsOf([experiment.name, step > 0 ? roomWords.step(step, steps) : roomWords.begins]) : here ? roomWords.idle : roomWords.away;
  return (
    <li className={`${experiment ? identity(experiment.method) : ''} ${here ? '' : css.away}`} title={`${nameOf(person)}: ${now}`}>
      <span>{nameOf(person)}</span>
      {done > 0 && <b title={roomWords.doneOf(done)}>{roomWords.tick(done)}</b>}
      <i aria-hidden="true">
        <i style={{ width: `${experiment && steps > 0 ? (100 * Math.min(step, steps)) / steps : 0}%` }} />
      </i>
      <span className="sr">{now}</span>
    </li>
  );
}

function Findings({ state, trouble }: { state: RoomState; trouble: string }) {
  const kept = useKeptRuns();
  const runs = useMemo(() => ofClass(resultsHere(kept, state)), [kept, state]);
  const groups = useMemo(() => groupRuns(runs, 'seed'), [runs]);
  const some = groups.some(({ counted }) => counted.length > 0);
  const [finding = ''] = sentencesOf({ runs, all: runs, by: 'seed', groups }, false);
  return (
    <section className={css.found}>
      {trouble ? <Note sign="warn">{trouble}</Note> : <h1>{some ? finding : roomWords.nothing}</h1>}
      <h2 className="sr">{roomWords.charts}</h2>
      <div className={css.charts}>
        <div className={css.chart}>
          <Losses state={state} runs={runs} />
        </div>
        {some && (
          <div className={css.chart}>
            <CostFigure groups={groups} cost="trainable" bare />
          </div>
        )}
      </div>
      <ul className={css.legend} aria-label={roomWords.methods}>
        {orderMethods([...new Set(state.experiments.map(({ method }) => method))]).map((method) => (
          <li key={method}>
            <MethodKey method={method} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Training losses: thin lines that grow of what is trained now, and the means of what is done. */
function Losses({ state, runs }: { state: RoomState; runs: readonly Run[] }) {
  useMetricsVersion();
  const [curves, setCurves] = useState<readonly RoomCurve[]>([]);
  useEffect(() => followCurves(setCurves), []);
  const series = [...curves.flatMap((curve) => growing(curve, state)), ...means(runs)];
  const steps = Math.max(0, ...curves.map((curve) => curve.steps), ...runs.map((run) => run.lastStep));
  return (
    <Plot
      title={roomWords.losses}
      summary={curveWords.lossSummary(roomWords.growing(curves.length))}
      xLabel={curveWords.axisNames.step}
      yLabel={curveWords.lossLog}
      sx={wholeScale(steps || 1)}
      sy={lossesScale(series, true)}
      gutter={1}
      series={series}
      {...axisWords('step')}
      tickX={formatShort}
      formatY={formatTrainLoss}
      formatTick={formatTick}
      empty={<p>{roomWords.noCurve}</p>}
    />
  );
}

const unnamed = { detail: '', marks: false, strong: false, named: false };

function growing({ person, experiment, points }: RoomCurve, { experiments }: RoomState): Series[] {
  const one = experiments[experiment];
  return one ? [{ ...unnamed, id: `${person}`, method: one.method, label: one.name, x: points.map(([step]) => step), y: points.map(([, loss]) => loss), live: true, pale: true }] : [];
}

const means = (runs: readonly Run[]): Series[] => lossSeries(runs, { axis: 'step', rawValues: 'none', smoothing: initialSettings.smoothing, current: '', selected: '', group: 'seed' }).map((one) => ({ ...one, band: undefined, named: false }));
