import type { RunSpec } from '../../../train/protocol';
import { newId } from '../../../io/newId.meta';
import { defined } from '../../../numbers/defined';
import { chosenSpecs, nextSeed, notComing, withSeed } from './again';
import { putAway } from '../storage/bin';
import { dataById, modelById, useCatalog } from '../data/catalog';
import { compareStarted } from './comparedData';
import { withEdits } from '../data/edits';
import { keepRun, purgeRun } from '../storage/keep';
import { touch } from './metrics';
import { freshName } from './names';
import { refreshBudget } from '../data/open';
import { askToPersist } from '../storage/persistence';
import { searchOf, withRate } from './rates';
import { changeSettings, setTrain, useSettings } from '../settings/settings';
import { isLive, makeRun, orderAt, putRuns, runById, updateRun, useRuns, waitingIn, type Run } from './runs';
import { tabId } from '../storage/tabs';
import { fetchAlsoAhead } from '../../kit/controls/Part';
import { toast } from '../../kit/toast';
import { startQueue } from './trainer';
import { runsWords } from '../words/runs';

/** Actions of buttons and keys. */

/** Puts runs at the end of the queue; each gets an id, and a name where it has none. */
function enqueue(specs: readonly RunSpec[], about: Partial<Run> = {}): string[] {
  const catalog = useCatalog.getState();
  const taken = new Set(useRuns.getState().runs.map((run) => run.name));
  // Not before what waits already, whose places may have been moved.
  const now = Math.max(Date.now(), ...waitingIn(useRuns.getState().runs, tabId).map((run) => (run.order ?? run.created) + 1));
  const runs = specs.map((spec, i) => {
    const name = spec.name || freshName(taken);
    taken.add(name);
    const data = dataById(catalog, spec.data);
    const titles = { modelTitle: modelById(catalog, spec.model)?.title ?? spec.model, dataTitle: data?.title ?? spec.data, classes: data?.classes ?? [] };
    const rates = searchOf(spec);
    return { ...makeRun({ ...spec, id: newId(), name }, titles, tabId, now + i), ...(rates && { rates }), ...about };
  });
  putRuns(runs);
  for (const run of runs) void keepRun(run.id);
  if (runs.length > 0) compareStarted(runs.at(-1)!.spec.data);
  return runs.map(({ id }) => id);
}

/** In milliseconds: presses that follow one another faster are one double click. */
const doubleClick = 500;
let started = -Infinity;

/** Trains the selected methods one after another, once for a double click; with the next seed where all were trained already. What waits or goes on already it adds no second time. False when there is nothing that can be trained. */
export async function trainSelected(): Promise<boolean> {
  const now = performance.now();
  if (now - started < doubleClick) return true;
  started = now;
  // What the settings of a moment ago, or a device that was not known yet, made of a budget is not what is shown any more.
  await refreshBudget.settled();
  const specs = chosenSpecs();
  if (specs.length === 0) return false;
  const { runs } = useRuns.getState();
  const seed = nextSeed(specs, runs);
  void askToPersist();
  enqueue(notComing(seed === null ? specs : specs.map((spec) => withSeed(spec, seed)), runs));
  void startQueue();
  return true;
}

/** Adds the runs of a sweep to the queue, and lets it go on. */
export function addSweep(specs: readonly RunSpec[]): void {
  enqueue(specs);
  void startQueue();
}

/** Trains a run as it is given, in its turn; its id here. */
export function trainGiven(spec: RunSpec, about: Partial<Run> = {}): string {
  const id = defined(enqueue([spec], about)[0]);
  void startQueue();
  return id;
}

/** The same run once more, on the data as it is now, with changes to its training settings. */
export function trainAgain(run: Run, change: Partial<Run['spec']['train']> = {}): void {
  // A rate that was found counts for other seeds, and for no other settings.
  const rate = Object.keys(change).some((name) => name !== 'seed') && run.spec.rate === 'found' ? undefined : run.spec.rate;
  enqueue([withEdits({ ...run.spec, name: '', rate, train: { ...run.spec.train, ...change } })]);
  void startQueue();
}

/** The same run once more, at a learning rate that is to be found. */
export function findRateOf(run: Run): void {
  enqueue([withRate(withEdits({ ...run.spec, name: '', rate: undefined }))]);
  void startQueue();
}

/** The same run once more: same settings, seed and data, with the changes to the data that held then. It gives the same curve. */
export function repeatRun(run: Run): void {
  enqueue([{ ...run.spec, name: '' }], { repeats: run.id });
  void startQueue();
}

/** Sets training fields for the runs to come, and runs this one again with them. */
export function trainAgainWith(run: Run, change: Partial<Run['spec']['train']>): void {
  for (const [name, value] of Object.entries(change)) setTrain(name, value);
  trainAgain(run, change);
}

/** Moves a waiting run to a place in the queue, 0 the next. */
export function moveInQueue(id: string, place: number): void {
  const order = orderAt(waitingIn(useRuns.getState().runs, tabId), id, place);
  if (order === null) return;
  updateRun(id, { order });
  void keepRun(id);
}

/** Gives a run another name; nothing leaves it. So does, with why, one with a slash, which no file can be called by, and that of another run, whose files could not be told from its own. */
export function renameRun(id: string, name: string): '' | 'slash' | 'taken' {
  const clean = name.trim().replace(/\p{Cc}/gu, ' ').replace(/^\.+/, '').slice(0, 100);
  if (/[/\\]/.test(clean)) return 'slash';
  const run = runById(id);
  if (!run || clean === '' || clean === run.name) return '';
  // Systems that tell no capital from a small letter have one file for both.
  if (useRuns.getState().runs.some((other) => other.id !== id && !other.deleted && other.name.toLowerCase() === clean.toLowerCase())) return 'taken';
  updateRun(id, { name: clean, spec: { ...run.spec, name: clean } });
  void keepRun(id);
  return '';
}

/** Keeps a note with a run. */
export function noteRun(id: string, notes: string): void {
  updateRun(id, { notes: notes.slice(0, 5000) });
  void keepRun(id);
}

/** Takes a run out of the list, so that it can be brought back. */
export function deleteRun(id: string): void {
  const run = runById(id);
  if (!run || isLive(run)) return;
  const mark = (change: Partial<Run>) => {
    if (!runById(id) || isLive(runById(id)!)) return false;
    updateRun(id, change);
    void keepRun(id);
    touch();
    return true;
  };
  putAway({
    text: runsWords.deleted(run.name),
    away: () => mark({ deleted: Date.now(), owner: tabId }),
    back: async () => mark({ deleted: 0, owner: run.state === 'waiting' ? tabId : run.owner }),
    purge: () => purgeRun(id),
  });
}

/** Takes all waiting runs of this tab out of the queue. */
export function clearQueue(): void {
  const waiting = waitingIn(useRuns.getState().runs, tabId);
  const mark = (deleted: number) => {
    // Done again, it leaves what has begun meanwhile.
    const some = waiting.filter(({ id }) => runById(id)?.state === 'waiting');
    for (const { id } of some) {
      updateRun(id, { deleted });
      void keepRun(id);
    }
    return some.length > 0;
  };
  putAway({
    text: runsWords.cleared(waiting.length),
    away: () => mark(Date.now()),
    back: async () => mark(0),
    purge: async () => void (await Promise.all(waiting.filter(({ id }) => runById(id)?.deleted).map(({ id }) => purgeRun(id)))),
  });
}

/** Fetched when the page is idle. */
const downloading = () => import('./download');
fetchAlsoAhead(downloading);

/** Saves a run's adapter as a zip. */
export async function saveAdapter(run: Run): Promise<void> {
  const { downloadAdapter } = await downloading();
  if (!(await downloadAdapter(run))) toast(runsWords.noAdapter(run.name));
}

/** Next theme: system, light, dark, high contrast. */
export function cycleTheme(): void {
  const order = ['auto', 'light', 'dark', 'contrast'] as const;
  const now = order.indexOf(useSettings.getState().theme);
  changeSettings({ theme: order[(now + 1) % order.length] });
}
