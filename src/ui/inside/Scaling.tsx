import { useState } from 'react';
import { INTRUDERS, intruderSeconds } from '../../adapters/intruders.meta';
import { alongDifference } from '../../analysis/along.meta';
import type { Along, Inside } from '../../analysis/analysis.meta';
import { formatAbout, formatCount, formatFixed, formatPercent, formatPoints, formatSetting } from '../../language/format';
import { defined, several } from '../../numbers/defined';
import { hasAccuracy, measureAlong, useAlong, useAlongOf } from '../core/analyses/along';
import { useNotNow } from '../core/analyses/analysing';
import { findIntruders, useInside } from '../core/analyses/inside';
import { namesOf } from '../core/analyses/landscapeFindings';
import { dataById, useCatalog } from '../core/data/catalog';
import css from '../core/figures/landscape.module.css';
import { AlongProgress } from '../core/parts/AlongProgress';
import { useRuns } from '../core/runs/runs';
import { alongWords } from '../core/words/along';
import { insideWords } from '../core/words/inside';
import { Button, ButtonRow } from '../kit/controls/Button';
import { Choice } from '../kit/controls/Choice';
import { Note } from '../kit/controls/Sign';
import { Slider } from '../kit/controls/Slider';
import { cancelScaled, countsOf, leavesAlone, takeScaled, useScaled } from './store/scaled';
import { scalingWords } from './words/scaling';

/** Steps of the factor. */
const STEPS = 20;
/** Seconds that are worth saying. */
const LONG = 5;
/** As in PEFT. */
const USUAL = 0.75;

/** Intruder dimensions scaled down, with what that does, and the adapter that comes of it; where they were not looked for, the button that looks. */
export function Scaling({ made }: { made: Inside }) {
  const notNow = useNotNow();
  const kept = useRuns((state) => state.runs);
  if (!made.intruders) {
    return (
      <section className={css.scaling} aria-label={insideWords.intruders}>
        <h3>{insideWords.intruders}</h3>
        <p className={css.caption}>{scalingWords.slow}</p>
        <ButtonRow>
          <Button disabled={notNow !== ''} onClick={() => void findIntruders(made)}>
            {scalingWords.find}
          </Button>
          {notNow ? <Note sign="info">{notNow}</Note> : <span className={css.caption}>{insideWords.takes(formatAbout(intruderSeconds(made.updates)))}</span>}
        </ButtonRow>
      </section>
    );
  }
  const runs = made.runs.flatMap(({ id }, run) => (countsOf(made, run).some((count) => count > 0) && kept.some((one) => one.id === id && !one.deleted) ? [run] : []));
  return runs.length > 0 ? <Scale key={made.runs.map(({ id }) => id).join(' ')} made={made} runs={runs} /> : null;
}

function Scale({ made, runs }: { made: Inside; /** Places of those that have some. */ runs: number[] }) {
  const names = namesOf(made, true);
  const [chosen, choose] = useState(defined(runs[0]));
  const [scale, setScale] = useState(USUAL);
  const run = runs.includes(chosen) ? chosen : defined(runs[0]);
  const { id, spec, method } = defined(made.runs[run]);
  const { status, what, run: of, error } = useAlong();
  const scaled = useScaled();
  const own = scaled.run === id;
  const making = scaled.status !== 'idle';
  const seconds = intruderSeconds([defined(made.updates[run])]);
  const found = useAlongOf('intruders', id);
  const original = useInside((state) => state.original);
  const data = useCatalog((catalog) => dataById(catalog, spec.data));
  const notNow = useNotNow();
  const mine = what === 'intruders' && of === id;
  const { images, seed } = made.spec;
  const measure = () => measureAlong(spec, { what: 'intruders', at: [scale, 1], images, seed, ...INTRUDERS, ...(original ? { original } : {}) });
  return (
    <section className={css.scaling} aria-label={scalingWords.title}>
      <h3>{scalingWords.title}</h3>
      <p className={css.caption}>{scalingWords.about}</p>
      <div className={css.inline}>
        {runs.length > 1 && <Choice label={scalingWords.run} value={String(run)} options={runs.map((one) => [String(one), defined(names[one])] as const)} onChange={(value) => choose(Number(value))} />}
        <Slider label={scalingWords.factor} text={formatSetting(scale)} min={0} max={STEPS - 1} value={Math.round(scale * STEPS)} onChange={(step) => setScale(step / STEPS)} />
      </div>
      {status !== 'idle' && mine ? (
        <AlongProgress />
      ) : (
        <ButtonRow>
          {data && hasAccuracy(data) && (
            <Button disabled={notNow !== '' || making} onClick={() => void measure()}>
              {scalingWords.measure}
            </Button>
          )}
          {leavesAlone(method) && (
            <>
              <Button disabled={notNow !== '' || making} onClick={() => void takeScaled(made, run, scale, 'try')}>
                {scalingWords.keepInTry}
              </Button>
              <Button disabled={notNow !== '' || making} onClick={() => void takeScaled(made, run, scale, 'file')}>
                {scalingWords.download}
              </Button>
            </>
          )}
        </ButtonRow>
      )}
      {notNow && !(status !== 'idle' && mine) && <Note sign="info">{notNow}</Note>}
      {seconds >= LONG && <p className={css.caption}>{scalingWords.anew(formatAbout(seconds))}</p>}
      {making && (
        <p className={css.caption} role="status">
          {scalingWords.making}{' '}
          <Button kind="link" disabled={scaled.status === 'cancelling'} onClick={cancelScaled}>
            {alongWords.cancel}
          </Button>
        </p>
      )}
      {own && scaled.note && <p className={css.caption}>{scaled.note}</p>}
      <Failed why={own && scaled.error ? scalingWords.notMade(scaled.error) : mine && error ? alongWords.failed(error) : ''} />
      {found && <Before made={found} />}
    </section>
  );
}

const Failed = ({ why }: { why: string }) =>
  why && (
    <div role="alert">
      <Note sign="err">{why}</Note>
    </div>
  );

/** Accuracy and forgetting as trained, and with intruder dimensions scaled. */
function Before({ made: { points, images, of, original, intruders } }: { made: Along }) {
  const [scaled, whole] = several(points, 2);
  const apart = alongDifference(scaled, whole, images);
  const count = (intruders ?? []).reduce((sum, one) => sum + one.count, 0);
  const rows: [name: string, whole: string, scaled: string][] = [
    [`${alongWords.accuracy}, %`, formatPercent(whole.accuracy), formatPercent(scaled.accuracy)],
    [alongWords.drift, formatFixed(whole.drift, 3), formatFixed(scaled.drift, 3)],
    ...(original && whole.original && scaled.original ? [[`${alongWords.accuracyOn(original.data)}, %`, formatPercent(whole.original.accuracy), formatPercent(scaled.original.accuracy)] as [string, string, string]] : []),
  ];
  return (
    <>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">{scalingWords.counted(formatCount(count))}</th>
            <th scope="col">{scalingWords.asTrained}</th>
            <th scope="col">{scalingWords.scaledTo(formatSetting(scaled.at))}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...values]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {values.map((value, i) => (
                <td key={i}>{value}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className={css.caption}>{scalingWords.measuredOn(formatCount(images), formatCount(of), apart ? alongWords.apart(formatPoints(apart.difference), formatPoints(apart.low), formatPoints(apart.high)) : '')}</p>
    </>
  );
}
