import { withRule } from '../../../train/config';
import { isAnalysisOf } from '../analyses/analyses';
import { useCatalog } from '../data/catalog';
import { currentProject } from './current';
import * as database from './database';
import { Curve, curveOf, dropCurve, setCurve } from '../runs/metrics';
import { afterReturn, isLive, putRuns, removeRun, runById, updateRun, useRuns, type Run } from '../runs/runs';
import { alone, announce, livingTabs, onAnnounced, tabId } from './tabs';

/**
 * Moves runs between the page and the browser's storage. Several tabs may change one run: each writes the fields that it has
 * changed, and takes over those that others have.
 */

/** Runs as this tab last wrote or read them. */
const kept = new Map<string, Run>();

let leaving = false;

/** Notes whether the page is being left: a transaction that reads before it writes would be dropped, and what waits for its time comes too late. */
export function leavePage(now: boolean): void {
  leaving = now;
  if (now) database.writeWithoutReading();
}

/** Fields of runs that the browser refused to store: they go with the next that is written. */
const refused = new Map<string, Set<keyof Run>>();

/** Writes what has changed of a run, or is about to change. */
export async function keepRun(id: string, change: Partial<Run> = {}): Promise<void> {
  const run = runById(id);
  if (!run) return;
  const now = { ...run, ...change };
  const before = kept.get(id);
  const fields = [...new Set([...changedFields(before, now), ...(refused.get(id) ?? [])])];
  kept.set(id, now);
  refused.delete(id);
  const isStored = await database.put('runs', id, now, before && !leaving ? fields : undefined);
  if (!isStored) refused.set(id, new Set([...fields, ...(refused.get(id) ?? [])]));
  if (!before) noteCount();
  announce({ run: { id, fields } });
}

const changedFields = (before: Run | undefined, now: Run): (keyof Run)[] => (Object.keys(now) as (keyof Run)[]).filter((name) => now[name] !== before?.[name]);

const curveTimers = new Map<string, number>();

/** Writes a run's curve, at most every two seconds; `now` writes at once. False where it was to be written and is in memory only. */
export async function keepCurve(id: string, now = false): Promise<boolean> {
  if (now) {
    clearTimeout(curveTimers.get(id));
    curveTimers.delete(id);
    return database.put('curves', id, curveOf(id).record());
  }
  if (!curveTimers.has(id)) {
    curveTimers.set(id, window.setTimeout(() => void keepCurve(id, true), 2000));
  }
  return true;
}

/** Forgets a run and everything beside it. */
export async function purgeRun(id: string): Promise<void> {
  removeRun(id);
  kept.delete(id);
  refused.delete(id);
  dropCurve(id);
  for (const store of database.recordNames) await database.remove(store, id);
  for (const key of await database.keysOf('analyses')) if (isAnalysisOf(key, id)) await database.remove('analyses', key);
  noteCount();
  announce({ run: { id, fields: [] } });
}

const countKey = 'fullrank.count';

/** Number of runs in each project, kept beside the databases that they are in: a browser that clears these may leave it. */
function counts(): Record<string, number> {
  try {
    return (JSON.parse(localStorage.getItem(countKey) ?? '{}') ?? {}) as Record<string, number>;
  } catch {
    return {};
  }
}

function noteCount(): void {
  try {
    localStorage.setItem(countKey, JSON.stringify({ ...counts(), [currentProject()]: kept.size }));
  } catch {
    // A full or forbidden storage tells nothing in the next visit.
  }
}

/** Minimal shape check: a record of an older or damaged store must not break the page. */
function isRun(value: unknown): value is Run {
  const run = value as Run | null;
  return (
    typeof run === 'object' && run !== null && typeof run.id === 'string' && typeof run.name === 'string' && typeof run.state === 'string' &&
    typeof run.spec?.method?.method === 'string' && typeof run.spec.train === 'object' && Array.isArray(run.evaluations) && Array.isArray(run.classes)
  );
}

/** A stored run as this version keeps it. */
const upToDate = (run: Run): Run => ({ ...run, spec: { ...run.spec, train: withRule(run.spec.train) } });

async function loadCurve(id: string): Promise<void> {
  const record = await database.get('curves', id);
  if (record) setCurve(id, new Curve(record));
}

/** Reads everything on start, takes over runs whose tab is gone, and follows what other tabs write. */
export async function loadRuns(): Promise<void> {
  await alone('adopt', async () => {
    const tabs = await livingTabs();
    const [runs, adapters, checkpoints] = await Promise.all([database.getRuns(), database.keysOf('adapters'), database.keysOf('checkpoints')]);
    // What there was no room for went with the page that had it.
    const left = (run: Run): Run => ({ ...run, adapterBytes: adapters.includes(run.id) ? run.adapterBytes : 0, checkpointStep: checkpoints.includes(run.id) ? run.checkpointStep : 0 });
    const stored = runs.filter(isRun).map(upToDate).map(left);
    const here: Run[] = [];
    for (const run of stored) {
      if (run.deleted) {
        // The tab that deleted it can still bring it back.
        if (!tabs.has(run.owner)) await purgeRun(run.id);
        continue;
      }
      const now = afterReturn(run, tabs.has(run.owner), tabId);
      if (now !== run) await database.put('runs', now.id, now);
      kept.set(now.id, now);
      here.push(now);
    }
    putRuns(here);
    if (stored.length === 0 && Number(counts()[currentProject()]) > 0 && useCatalog.getState().storage === 'kept') useCatalog.setState({ storage: 'cleared' });
    noteCount();
    // Runs that waited in a closed tab start only when the person says so.
    if (here.some((run) => run.state === 'waiting' && run.owner === tabId)) useRuns.setState({ held: true });
  });
  await Promise.all(useRuns.getState().runs.map((run) => loadCurve(run.id)));
  useRuns.setState({ loaded: true });
  onAnnounced(({ run }) => run && void follow(run.id, run.fields));
  const flush = () => {
    for (const run of useRuns.getState().runs) if (isLive(run) && run.owner === tabId) void keepCurve(run.id, true);
  };
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && flush());
  addEventListener('pagehide', flush);
}

/** Another tab wrote these fields of a run: they are read again. A run that goes on here is not anybody else's to remove. */
async function follow(id: string, fields: readonly string[]): Promise<void> {
  const stored = await database.get('runs', id);
  const mine = runById(id);
  const own = mine !== undefined && isLive(mine) && mine.owner === tabId;
  if (!isRun(stored) || stored.deleted) {
    if (own) return;
    removeRun(id);
    kept.delete(id);
    dropCurve(id);
    return;
  }
  takeOver(upToDate(stored), fields);
  if (!own) await loadCurve(id);
}

/** Puts fields of a run as storage has it into the page; all of one that is new here. */
function takeOver(stored: Run, fields: readonly string[]): void {
  const theirs = Object.fromEntries(Object.entries(stored).filter(([name]) => fields.includes(name))) as Partial<Run>;
  const [mine, before] = [runById(stored.id), kept.get(stored.id)];
  kept.set(stored.id, before ? { ...before, ...theirs } : stored);
  putRuns([mine && before ? { ...mine, ...theirs } : stored]);
}

/**
 * Takes a run over for this tab. False when another tab was quicker.
 */
export function adopt(id: string): Promise<boolean> {
  return alone('adopt', async () => {
    const stored = await database.get('runs', id);
    const tabs = await livingTabs();
    if (stored && isRun(stored) && stored.owner !== tabId && stored.owner !== '' && tabs.has(stored.owner)) {
      takeOver(upToDate(stored), Object.keys(stored));
      return false;
    }
    updateRun(id, { owner: tabId, state: 'waiting' });
    await keepRun(id);
    return true;
  });
}
