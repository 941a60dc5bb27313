import { withRule } from '../../train/config';
import { isAnalysisOf } from './analyses';
import * as database from './database';
import { Curve, curveOf, dropCurve, setCurve } from './metrics';
import { afterReturn, isLive, putRuns, removeRun, runById, updateRun, useRuns, type Run } from './runs';
import { alone, announce, livingTabs, onAnnounced, tabId } from './tabs';

/** Moves runs between the page and the browser's storage. A run that has not ended is written by its own tab only. */

/** Writes a run as it is now, or as it is about to be. */
export async function keepRun(id: string, change: Partial<Run> = {}): Promise<void> {
  const run = runById(id);
  if (!run) return;
  await database.put('runs', id, { ...run, ...change });
  announce(id);
}

const curveTimers = new Map<string, number>();

/** Writes a run's curve, at most every two seconds; `now` writes at once. */
export async function keepCurve(id: string, now = false): Promise<void> {
  if (now) {
    clearTimeout(curveTimers.get(id));
    curveTimers.delete(id);
    await database.put('curves', id, curveOf(id).record());
  } else if (!curveTimers.has(id)) {
    curveTimers.set(id, window.setTimeout(() => void keepCurve(id, true), 2000));
  }
}

/** Forgets a run and everything beside it. */
export async function purgeRun(id: string): Promise<void> {
  removeRun(id);
  dropCurve(id);
  for (const store of database.storeNames) await database.remove(store, id);
  for (const key of await database.keysOf('analyses')) if (isAnalysisOf(key, id)) await database.remove('analyses', key);
  announce(id);
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
    const stored = (await database.getRuns()).filter(isRun).map(upToDate);
    const kept: Run[] = [];
    for (const run of stored) {
      if (run.deleted) {
        await purgeRun(run.id);
        continue;
      }
      const now = afterReturn(run, tabs.has(run.owner), tabId);
      if (now !== run) await database.put('runs', now.id, now);
      kept.push(now);
    }
    putRuns(kept);
    // Runs that waited in a closed tab start only when the person says so.
    if (kept.some((run) => run.state === 'waiting' && run.owner === tabId)) useRuns.setState({ held: true });
  });
  await Promise.all(useRuns.getState().runs.map((run) => loadCurve(run.id)));
  useRuns.setState({ loaded: true });
  onAnnounced((id) => void follow(id));
  const flush = () => {
    for (const run of useRuns.getState().runs) if (isLive(run) && run.owner === tabId) void keepCurve(run.id, true);
  };
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && flush());
  addEventListener('pagehide', flush);
}

/** Another tab wrote this run: read it again, unless it is ours to write. */
async function follow(id: string): Promise<void> {
  const mine = runById(id);
  if (mine && isLive(mine) && mine.owner === tabId) return;
  const run = await database.get('runs', id);
  if (!isRun(run) || run.deleted) {
    removeRun(id);
    dropCurve(id);
    return;
  }
  putRuns([upToDate(run)]);
  await loadCurve(id);
}

/**
 * Takes a run over for this tab. False when another tab was quicker.
 */
export function adopt(id: string): Promise<boolean> {
  return alone('adopt', async () => {
    const stored = await database.get('runs', id);
    const tabs = await livingTabs();
    if (stored && isRun(stored) && stored.owner !== tabId && stored.owner !== '' && tabs.has(stored.owner)) {
      putRuns([upToDate(stored)]);
      return false;
    }
    updateRun(id, { owner: tabId, state: 'waiting' });
    await keepRun(id);
    return true;
  });
}
