import { countsOf, isAdapterFile, roomBounds, type RoomExperiment, type RoomState } from '../../../records/class.meta';
import { studio } from '../../core/worker/client';
import type { AdapterFile } from '../../core/storage/database';
import type { RoomLine } from './room';
import { addRecord } from '../../core/runs/runsImport';
import { purgeRun } from '../../core/storage/keep';
import { useRuns, type Run } from '../../core/runs/runs';
import { memberWords } from '../words/member';

/** Results of a class as runs of the page, as they come. */

/** Ids of the class's runs that were looked at already, whether or not they were added. */
const seen = new Set<string>();

/** A result that was taken back counts as never seen. */
export const forgetResult = (id: string): void => void seen.delete(id);

/** The run of this page that is a result of the class: one's own, or another's. */
export const runOfResult = (runs: readonly Run[], id: string): Run | undefined => runs.find((one) => !one.deleted && (one.id === id || one.theirs?.id === id));

/** Runs of this page that are results of the class, in the order of its experiments. */
export const resultsHere = (runs: readonly Run[], { experiments }: Pick<RoomState, 'experiments'>): Run[] => experiments.flatMap(({ run }) => (run === '' ? [] : (runOfResult(runs, run) ?? [])));

/** The same as runs of the class as a whole: nothing is said of who trained which. */
export const ofClass = (runs: readonly Run[]): Run[] => runs.map(({ theirs: _, ...run }) => run);

/** True once every experiment of a class has ended. */
export function isComplete(state: RoomState): boolean {
  const { done, failed, all } = countsOf(state);
  return done + failed === all;
}

/** Milliseconds until results that were not to be had are asked for again. */
const AGAIN = 2000;

/** Adds the results of each state that it hears of, with or without their adapters, and takes those of others out again that were taken back. */
export function followResults(line: () => RoomLine, adapters: boolean): { hear: (state: RoomState) => void; end: () => void } {
  let over = false;
  let busy = false;
  let latest: RoomState;
  // Those of another class are none of this one's.
  seen.clear();
  const catchUp = async () => {
    if (busy) return;
    busy = true;
    for (let done: RoomState | null = null; !over && done !== latest; ) {
      done = latest;
      takeBack(done);
      if (await addResults(line(), done, adapters, () => over)) continue;
      done = null;
      await new Promise((go) => setTimeout(go, AGAIN));
    }
    busy = false;
  };
  return {
    hear: (state) => {
      latest = state;
      void catchUp();
    },
    end: () => (over = true),
  };
}

function takeBack({ experiments }: RoomState): void {
  const valid = new Set(experiments.map(({ run }) => run));
  for (const id of [...seen].filter((one) => !valid.has(one))) {
    seen.delete(id);
    const run = runOfResult(useRuns.getState().runs, id);
    if (run?.theirs) void purgeRun(run.id);
  }
}

/** Adds what is done and not here so far. False where something was not to be had. */
async function addResults(line: RoomLine, { code, experiments }: RoomState, adapters: boolean, over: () => boolean): Promise<boolean> {
  let all = true;
  for (const [place, experiment] of experiments.entries()) {
    if (over()) break;
    // With its adapter, which comes a moment after the result.
    if (experiment.state !== 'done' || (adapters && !experiment.whole) || seen.has(experiment.run)) continue;
    await addResult(line, code, place, experiment, adapters).catch(() => (all = false));
  }
  return all;
}

async function addResult(line: RoomLine, code: string, place: number, { run, files }: RoomExperiment, adapters: boolean): Promise<void> {
  // One's own that was deleted is not to come back as another's.
  if (useRuns.getState().runs.some((one) => one.id === run) || runOfResult(useRuns.getState().runs, run)) return void seen.add(run);
  const text = await line.read(place, '', roomBounds.result + 2 ** 20);
  const name = memberWords.title(code);
  const [record] = await studio().readRuns(new File([text], name));
  // A file of no run has nothing to bring, however often it is read.
  if (!record) return void seen.add(run);
  const adapter: AdapterFile[] = [];
  for (const path of adapters ? files.filter(isAdapterFile) : []) adapter.push({ path, bytes: await line.read(place, path, roomBounds.adapter) });
  await addRecord(record, name, adapter);
  seen.add(run);
}
