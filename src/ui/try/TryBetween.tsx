import { useEffect, useState, type ComponentProps } from 'react';
import { INTRUDERS } from '../../adapters/intruders.meta';
import { alongDifference } from '../../analysis/along.meta';
import type { Along, AlongPoint, Measured as Found } from '../../analysis/analysis.meta';
import { extentScale, linearScale, shareScale } from '../../figures/scale';
import { formatAbout, formatCount, formatFixed, formatPercent, formatPoints, formatSetting, formatTick } from '../../language/format';
import { defined } from '../../numbers/defined';
import { wilson } from '../../numbers/pairs';
import { keptTrain } from '../../train/config';
import { hasAccuracy, measureAlong, useAlong, useAlongOf } from '../core/analyses/along';
import { useNotNow } from '../core/analyses/analysing';
import { upTo } from '../core/analyses/landscape';
import { useInside } from '../core/analyses/inside';
import { dataById, useCatalog } from '../core/data/catalog';
import { pictureOfAnalysis } from '../core/figures/pictureOf';
import { percentTick } from '../core/figures/GroupCurves';
import { AlongProgress } from '../core/parts/AlongProgress';
import { OriginalChoice } from '../core/parts/OriginalChoice';
import { countsOf } from '../core/runs/runLength';
import { useRuns } from '../core/runs/runs';
import { changeSettings, insideImages, useSettings } from '../core/settings/settings';
import { alongWords } from '../core/words/along';
import { tryoutWords } from '../core/words/tryout';
import { Plot } from '../kit/charts/Plot';
import { Scatter, type Point } from '../kit/charts/Scatter';
import type { Series } from '../kit/charts/series';
import { Button, ButtonRow } from '../kit/controls/Button';
import { Choice } from '../kit/controls/Choice';
import { Note } from '../kit/controls/Sign';
import { Slider } from '../kit/controls/Slider';
import { adapterBetween, leavePlaces, moveBetween, scalable, useBetween } from './store/between';
import { classify, isBusy, lineOf, ownSpec, useTryout, type Candidate } from './store/tryout';
import css from './tryout.module.css';
import { betweenWords } from './words/between';

/** Steps of the slider, and places that are measured less one. */
const [STEPS, PLACES] = [20, 10];
/** Milliseconds that the slider rests before pictures are answered there. */
const RESTS = 400;

/** A slider between the model and one of the chosen adapters, which answers there, and what accuracy and forgetting are along it. */
export default function TryBetween({ chosen, shown }: { chosen: Candidate[]; /** With the place of the slider. */ shown: Candidate[] }) {
  const { adapter, at } = useBetween();
  const one = adapterBetween(chosen, adapter);
  useAnswers(shown);
  if (!one) return null;
  const all = scalable(chosen);
  return (
    <section className={css.between} aria-label={betweenWords.title}>
      <p className={css.hint}>{betweenWords.about}</p>
      <div className={css.way}>
        {all.length > 1 && <Choice label={betweenWords.adapter} value={one.key} options={all.map((each) => [each.key, lineOf(each, all)] as const)} onChange={(key) => moveBetween({ adapter: key })} />}
        <Slider label={betweenWords.place} text={at === 0 ? betweenWords.ends.base : at === 1 ? betweenWords.ends.tuned : formatSetting(at)} min={0} max={STEPS} value={Math.round(at * STEPS)} onChange={(step) => moveBetween({ at: step / STEPS })} />
      </div>
      <Measured key={one.key} one={one} at={at} />
    </section>
  );
}

/** Has the open pictures answered where the slider rests, once others have answered them. */
function useAnswers(shown: Candidate[]): void {
  const moved = useBetween((state) => state.moved);
  const idle = useTryout((state) => state.status === 'idle');
  const answered = useTryout((state) => Object.keys(state.results).length > 0);
  const training = useRuns(({ current }) => current !== '');
  useEffect(() => {
    if (!moved || !idle || !answered || training) return;
    const timer = setTimeout(() => {
      useBetween.setState({ moved: false });
      // One that was being answered when it was left.
      leavePlaces(shown);
      void classify(shown);
    }, RESTS);
    return () => clearTimeout(timer);
  }, [moved, idle, answered, training, shown]);
}

/** The button that measures, how far it is, and what was measured. */
function Measured({ one, at }: { one: Candidate; at: number }) {
  const spec = ownSpec(one);
  const along = useAlongOf('base', spec.id);
  const { status, what, run, error } = useAlong();
  const wanted = useSettings((settings) => settings.insideImages);
  const original = useInside((state) => state.original);
  const data = useCatalog((catalog) => dataById(catalog, spec.data));
  const busy = useTryout(isBusy);
  const notNow = useNotNow();
  const [most] = useState(() => (data ? countsOf(keptTrain(spec.train), data).test : 0));
  const counts = upTo(insideImages, most || Infinity);
  const images = Math.min(wanted, counts.at(-1)!);
  const mine = what === 'base' && run === spec.id;
  if (status !== 'idle' && mine) return <AlongProgress />;
  if (data && !hasAccuracy(data)) return null;
  const why = data ? notNow : alongWords.closed;
  const seconds = along?.complete ? (along.seconds * Math.min(images, along.of)) / along.images : null;
  const measure = () => measureAlong(spec, { what: 'base', at: Array.from({ length: PLACES + 1 }, (_, i) => i / PLACES), images, seed: 0, ...INTRUDERS, ...(original ? { original } : {}) });
  return (
    <>
      <div className={css.way}>
        <Choice label={alongWords.images} value={String(images)} options={counts.map((n) => [String(n), formatCount(Math.min(n, most || n))])} onChange={(value) => changeSettings({ insideImages: Number(value) })} />
        <OriginalChoice />
        <ButtonRow>
          <Button disabled={why !== '' || busy} onClick={() => void measure()}>
            {along ? betweenWords.measureAgain : betweenWords.measure}
          </Button>
          {why ? <Note sign="info">{why}</Note> : <span className={css.soft}>{seconds === null ? betweenWords.measureAbout : alongWords.takes(formatAbout(seconds))}</span>}
        </ButtonRow>
      </div>
      {error && mine && (
        <div role="alert">
          <Note sign="err">{alongWords.failed(error)}</Note>
        </div>
      )}
      {along && <Way along={along} method={one.method} at={at} />}
    </>
  );
}

/** Accuracy and forgetting at each place, and what they are where the slider is. */
function Way({ along, method, at }: { along: Along; method: string; at: number }) {
  const { points, images, of, original, runs } = along;
  const here = points.reduce((a, b) => (Math.abs(b.at - at) < Math.abs(a.at - at) ? b : a));
  const tuned = defined(points.at(-1));
  const apart = here === tuned ? null : alongDifference(here, tuned, images);
  const finding = betweenWords.here(formatSetting(here.at), formatPercent(here.accuracy), formatFixed(here.drift, 3), apart ? alongWords.apart(formatPoints(apart.difference), formatPoints(apart.low), formatPoints(apart.high)) : '', original && here.original ? betweenWords.hereOriginal(original.data, formatPercent(here.original.accuracy)) : '');
  const { name } = defined(runs[0]);
  const said = (value: number) => tryoutWords.at(formatSetting(value));
  const shared = { of: pictureOfAnalysis(runs, images, 'test'), summary: finding, xLabel: betweenWords.way, formatX: said, tickX: formatSetting };
  const drifts: Series = { id: 'drift', method, label: alongWords.drift, detail: '', x: points.map((point) => point.at), y: points.map(({ drift }) => drift), marks: true, live: false, strong: true, named: false };
  return (
    <div>
      <p role="status" className={css.soft}>
        {finding}
      </p>
      <div className={css.charts}>
        <Accuracy {...shared} title={betweenWords.along} caption={betweenWords.alongOn(formatCount(images), formatCount(of))} yLabel={alongWords.accuracy} name={name} method={method} here={here} count={images} points={points.map((point) => ({ ...point, measured: point }))} />
        {original && <Accuracy {...shared} title={betweenWords.alongOriginal(original.data)} caption={betweenWords.originalOn(formatCount(original.images))} yLabel={alongWords.accuracyOn(original.data)} name={name} method={method} here={here} count={original.images} points={points.flatMap((point) => (point.original ? [{ ...point, measured: point.original }] : []))} />}
        <Plot {...shared} title={betweenWords.alongDrift} caption={betweenWords.driftHint} yLabel={alongWords.drift} sx={extentScale(1)} sy={linearScale(0, Math.max(1e-6, ...points.map(({ drift }) => drift).filter(Number.isFinite)))} series={[drifts]} now={{ x: at, text: said(at) }} formatY={(value) => formatFixed(value, 3)} formatTick={formatTick} />
      </div>
    </div>
  );
}

type AccuracyProps = Pick<ComponentProps<typeof Scatter>, 'title' | 'caption' | 'summary' | 'of' | 'xLabel' | 'yLabel' | 'formatX' | 'tickX'> & { name: string; method: string; /** The place that is named. */ here: AlongPoint; /** Of so many. */ count: number; points: (Pick<AlongPoint, 'at'> & { measured: Found })[] };

/** Accuracy at each place, with its interval. */
function Accuracy({ name, method, here, count, points, yLabel, formatX, ...shared }: AccuracyProps) {
  const dots = points.map(({ at, measured: { accuracy } }): Point => ({ id: String(at), method, label: at === here.at ? formatX(at) : '', about: name, x: at, y: accuracy, range: wilson(accuracy, count), line: 'way' }));
  return (
    <Scatter
      {...shared}
      points={dots}
      yLabel={`${yLabel}, %`}
      log={false}
      goodX={undefined}
      goodY="high"
      joined
      scaleX={() => extentScale(1)}
      scaleY={(low, high) => shareScale(low, high, count)}
      formatX={formatX}
      formatY={formatPercent}
      tickY={percentTick}
      head={[betweenWords.adapter, betweenWords.place, `${yLabel}, %`, betweenWords.interval]}
      plain={{ y: (share) => 100 * share }}
    />
  );
}
