import { useMemo, useState } from 'react';
import type { RunSpec } from '../../../train/protocol';
import { Button } from '../../kit/controls/Button';
import { Icon } from '../../kit/controls/Icon';
import { formatAbout, formatRange, shortText } from '../../../language/format';
import { isStill } from '../../kit/idle';
import { trainSelected } from '../runs/actions';
import { chosenSpecs, isNew, keyOfAll, nextSeed } from '../runs/again';
import { areOwn, dataById, modelById, useCatalog } from '../data/catalog';
import { estimate, like, type Estimate } from '../runs/estimate';
import { specFor } from '../data/open';
import { useSettings } from '../settings/settings';
import { go, isInClass, isStaged, useShown } from '../storage/shown';
import { useStepTimes } from '../runs/stepTimes';
import { useCurrentRun } from '../runs/view';
import { startWords } from '../words/start';
import { heroWords } from '../words/hero';
import { runWords } from '../words/run';
import { askingIn, useKeptRuns } from '../runs/runs';

/** True if the chosen model and data are open: those that a link chose may still be opening, or be elsewhere. */
function useChosenOpen(): boolean {
  const model = useSettings((settings) => settings.model);
  const data = useSettings((settings) => settings.data);
  return useCatalog((catalog) => modelById(catalog, model) !== undefined && dataById(catalog, data) !== undefined);
}

/** Reason why nothing can be trained right now; empty when the button may be pressed. */
export function useBlocked(): string {
  const { device, failure, rows, rowsError } = useCatalog();
  const methods = useSettings((settings) => settings.methods);
  const isChosenOpen = useChosenOpen();
  if (failure) return startWords.failed;
  if (device && !device.ok) return startWords.noDevice;
  if (rowsError) return rowsError;
  if (!device || !isChosenOpen || rows.length === 0) return startWords.opening;
  if (methods.length === 0) return startWords.noMethod;
  return methods.some((method) => specFor(method, '', '') !== null) ? '' : startWords.noneReaches;
}

/** Id of the run bar. */
export const runBar = 'run-bar';

/** Starts training and goes to where it is seen; where the button that did it gives way to the run bar, so does the focus. */
export async function startTraining(): Promise<void> {
  const { view } = useShown.getState();
  // Whoever has gone elsewhere meanwhile stays there.
  if (!(await trainSelected()) || useShown.getState().view !== view) return;
  if (!isStaged(useShown.getState())) go('train');
  toCharts();
  setTimeout(() => {
    const focus = document.activeElement;
    if (focus === document.body || !focus?.checkVisibility()) document.getElementById(runBar)?.focus({ preventScroll: true });
  });
}

/** Brings the charts of the view into sight where they are below. */
export function toCharts(): void {
  // Once the view and the run bar are there.
  setTimeout(() => {
    const charts = [...document.querySelectorAll('[data-charts]')].find((one) => one.checkVisibility());
    if (!charts || charts.getBoundingClientRect().top < innerHeight * 0.75) return;
    charts.scrollIntoView({ behavior: isStill() ? 'auto' : 'smooth' });
  }, 100);
}

/** The next seed where what is chosen was trained already; null before. */
function useNextSeed(blocked: boolean): number | null {
  const settings = useSettings();
  const { rows } = useCatalog();
  const runs = useKeptRuns();
  return blocked ? null : nextSeed(chosenSpecs(settings, rows), runs);
}

/**
 * True where the next thing is to train what is chosen, rather than to look at what was trained: it is new, and not what was
 * chosen when the last queue began, which may have been of other runs, as of a sweep.
 */
export function useIsNew(queued: boolean): boolean {
  const blocked = useBlocked() !== '';
  const settings = useSettings();
  const { rows } = useCatalog();
  const runs = useKeptRuns();
  const specs = useMemo(() => (blocked ? [] : chosenSpecs(settings, rows)), [blocked, settings, rows]);
  const key = useMemo(() => keyOfAll(specs), [specs]);
  const [queue, setQueue] = useState({ queued: false, key: '' });
  if (queue.queued !== queued) setQueue({ queued, key: queued ? key : queue.key });
  return key !== queue.key && isNew(specs, runs);
}

/** The one primary button; it steps back while an interrupted run waits for an answer, in a class, and where nothing can be trained. While something trains it leads there. */
export function StartButton({ big = false, secondary = false, text }: { big?: boolean; secondary?: boolean; text?: string }) {
  const blocked = useBlocked();
  const training = useCurrentRun() !== undefined;
  const inTrain = useShown((shown) => shown.view === 'train');
  const interrupted = askingIn(useKeptRuns(), inTrain).length > 0;
  const seed = useNextSeed(blocked !== '');
  const inClass = useShown(isInClass);
  if (training) {
    return (
      <Button kind={secondary || text || inClass ? 'plain' : 'primary'} big={big} onClick={() => go('train')}>
        {heroWords.training}
      </Button>
    );
  }
  return (
    <Button kind={interrupted || secondary || text || inClass ? 'plain' : 'primary'} big={big} disabled={blocked !== ''} onClick={() => void startTraining()}>
      <Icon name="play" />
      {text ?? (seed === null ? startWords.button : startWords.again(seed))} {inTrain && <kbd>{runWords.startKey}</kbd>}
    </Button>
  );
}

/** Tells what the button will do, or why it cannot; `next` if it stands under what was done. */
export function StartCaption({ next = false }: { next?: boolean }) {
  const blocked = useBlocked();
  const id = useSettings((settings) => settings.data);
  const title = useCatalog((catalog) => dataById(catalog, id)?.title ?? id);
  const { specs, steps, time: { seconds, unknown }, measured } = useChosenTime();
  const inClass = useShown(isInClass);
  const [first] = specs;
  if (blocked || !first) return blocked;
  const caption = startWords.caption(specs.length, steps, first.train.batch * first.train.accumulate, unknown > 0 ? '' : (measured ? formatAbout : formatRange)(seconds), shortText(title));
  return inClass ? startWords.beside(caption) : next ? startWords.next(caption) : caption;
}

/** True where pictures of one's own are learned by one recommended method, and nothing is compared. */
export function useOneMethod(): boolean {
  const { data, comparing, methods } = useSettings();
  return useCatalog((catalog) => areOwn(dataById(catalog, data))) && comparing === 'no' && methods.length === 1;
}

/** The chosen runs, steps of the longest of them, and the time that they take here, `measured` where whole runs of the same settings took it; none where nothing can be trained. */
export function useChosenTime(): { specs: RunSpec[]; steps: number; time: Estimate; measured: boolean } {
  const blocked = useBlocked();
  const settings = useSettings();
  const { rows, plans, device } = useCatalog();
  const runs = useKeptRuns();
  const times = useStepTimes((state) => state.times);
  return useMemo(() => {
    const specs = blocked ? [] : chosenSpecs(settings, rows);
    const stepsOf = ({ method, train }: RunSpec) => {
      const planned = plans[method.method];
      return (planned && 'plan' in planned && planned.plan.steps) || train.steps;
    };
    const on = device?.description ?? '';
    return { specs, steps: Math.max(0, ...specs.map(stepsOf)), time: estimate(specs, stepsOf, runs, on, times), measured: specs.every((spec) => like(spec, runs, on).measured) };
  }, [blocked, settings, rows, plans, runs, device, times]);
}
