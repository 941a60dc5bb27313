import { orderMethods } from '../methods';
import { t } from '../strings';
import { dataById, modelById, useCatalog } from './catalog';
import { downloadAdapter } from './download';
import { withEdits } from './edits';
import { keepRun, purgeRun } from './keep';
import { touch } from './metrics';
import { freshName } from './names';
import { specFor } from './open';
import { changeSettings, setTrain, useSettings } from './settings';
import { isLive, makeRun, putRuns, runById, updateRun, useRuns, type Run } from './runs';
import { tabId } from './tabs';
import { toast } from './toast';
import { startQueue } from './trainer';

/** What buttons and keys do. Each is one deed of a person. */

const newId = (): string => crypto.randomUUID();

function enqueue(specs: NonNullable<ReturnType<typeof specFor>>[], order = Date.now()): void {
  const catalog = useCatalog.getState();
  const runs = specs.map((spec, i) => {
    const data = dataById(catalog, spec.data);
    return makeRun(spec, { modelTitle: modelById(catalog, spec.model)?.title ?? spec.model, dataTitle: data?.title ?? spec.data, classes: data?.classes ?? [] }, tabId, order + i);
  });
  putRuns(runs);
  for (const run of runs) void keepRun(run.id);
}

/** Trains the selected methods one after another. False when there is nothing that can be trained. */
export function trainSelected(): boolean {
  const taken = new Set(useRuns.getState().runs.map((run) => run.name));
  const specs = orderMethods(useSettings.getState().methods).flatMap((method) => {
    const name = freshName(taken);
    const spec = specFor(method, newId(), name);
    if (spec) taken.add(name);
    return spec ?? [];
  });
  if (specs.length === 0) return false;
  void navigator.storage?.persist?.().catch(() => false);
  enqueue(specs);
  void startQueue();
  return true;
}

/** The same run once more, on the data as it is now, with changes to its training settings. */
export function trainAgain(run: Run, change: Partial<Run['spec']['train']> = {}): void {
  const name = freshName(new Set(useRuns.getState().runs.map((entry) => entry.name)));
  enqueue([withEdits({ ...run.spec, id: newId(), name, train: { ...run.spec.train, ...change } })]);
  void startQueue();
}

/** Sets training fields for the runs to come, and runs this one again with them. */
export function trainAgainWith(run: Run, change: Partial<Run['spec']['train']>): void {
  for (const [name, value] of Object.entries(change)) setTrain(name, value);
  trainAgain(run, change);
}

/** Takes a run out of the list at once; a toast brings it back. */
export function deleteRun(id: string): void {
  const run = runById(id);
  if (!run || isLive(run)) return;
  updateRun(id, { deleted: Date.now(), ...(run.state === 'waiting' ? { owner: tabId } : {}) });
  void keepRun(id);
  touch();
  toast(
    t.runs.deleted(run.name),
    () => {
      updateRun(id, { deleted: 0 });
      void keepRun(id);
      touch();
    },
    () => void purgeRun(id),
  );
}

/** Takes all waiting runs of this tab out of the queue. */
export function clearQueue(): void {
  const waiting = useRuns.getState().runs.filter((run) => run.state === 'waiting' && run.owner === tabId && !run.deleted);
  for (const { id } of waiting) {
    updateRun(id, { deleted: Date.now() });
    void keepRun(id);
  }
  toast(
    t.runs.cleared(waiting.length),
    () => {
      for (const { id } of waiting) {
        updateRun(id, { deleted: 0 });
        void keepRun(id);
      }
    },
    () => waiting.forEach(({ id }) => void purgeRun(id)),
  );
}

/** Saves a run's adapter as a zip. */
export async function saveAdapter(run: Run): Promise<void> {
  if (!(await downloadAdapter(run))) toast(t.runs.noAdapter(run.name));
}

/** Next theme: system, light, dark, high contrast. */
export function cycleTheme(): void {
  const order = ['auto', 'light', 'dark', 'contrast'] as const;
  const now = order.indexOf(useSettings.getState().theme);
  changeSettings({ theme: order[(now + 1) % order.length] });
}
