import { dataById, modelById, useCatalog } from '../../core/data/catalog';
import { runById, useRuns } from '../../core/runs/runs';
import { resumeRun } from '../../core/runs/trainer';

/**
 * Back and forward are ways within the page, but where a host does not isolate it (io/serviceWorker.ts), entries of before the first
 * reload are other documents: going to one loads the page anew and ends its worker. What was training then goes on from its last
 * checkpoint by itself. A page that is reloaded, closed or left waits to be told, as ever: there somebody meant to end it.
 */
const leftKey = 'fullrank.training';

/** The run that trained when this tab left the page; it is asked for once. */
function takeLeft(): string {
  try {
    const id = sessionStorage.getItem(leftKey) ?? '';
    sessionStorage.removeItem(leftKey);
    return id;
  } catch {
    return '';
  }
}

/**
 * Keeps which run trains, as soon as it does: a document in another process begins before `pagehide` of this one, and may have
 * asked by then.
 */
function keepTraining(): void {
  let noted = '';
  const note = () => {
    const { current } = useRuns.getState();
    // What is paused or about to stop stays so.
    const id = runById(current)?.state === 'running' ? current : '';
    if (id === noted) return;
    noted = id;
    try {
      if (id === '') sessionStorage.removeItem(leftKey);
      else sessionStorage.setItem(leftKey, id);
    } catch {
      // A forbidden storage: it waits to be told.
    }
  };
  useRuns.subscribe(note);
}

/** Goes on with a run as soon as its model, its data and the device are there, unless somebody has decided otherwise by then. */
function goOnWith(id: string): void {
  // Resuming changes what is listened to.
  let over = false;
  const tryIt = (): boolean => {
    if (over) return true;
    const run = runById(id);
    if (!run || run.deleted || useRuns.getState().current !== '') return true;
    // The document before may still hold it: on a busy machine that is known to be gone only after a while.
    if (run.state === 'running') return false;
    if (run.state !== 'interrupted') return true;
    const catalog = useCatalog.getState();
    if (!catalog.device?.ok || !modelById(catalog, run.spec.model) || !dataById(catalog, run.spec.data)) return false;
    over = true;
    void resumeRun(id);
    return true;
  };
  if (tryIt()) return;
  const stops = [useCatalog, useRuns].map((store) => store.subscribe(() => tryIt() && stops.forEach((stop) => stop())));
}

/** Once runs are loaded. */
export function goOnAfterBack(): void {
  const id = takeLeft();
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  if (id !== '' && navigation?.type === 'back_forward') goOnWith(id);
  keepTraining();
}
