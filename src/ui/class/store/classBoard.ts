import { isAdapterFile, roomBounds, type RoomExperiment, type RoomMessage, type RoomState } from '../../../records/class.meta';
import { studio } from '../../core/worker/client';
import type { AdapterFile } from '../../core/storage/database';
import { openLine, useRoom, type RoomLine } from './room';
import { keepKey, keyIn } from './roomToken';
import { deleteRun } from '../../core/runs/actions';
import { updateRun, useRuns } from '../../core/runs/runs';
import { addRecord } from '../../core/runs/runsImport';
import { keepRun } from '../../core/storage/keep';
import { useShown } from '../../core/storage/shown';
import { roomWords } from '../words/room';

/** The teacher's page: the results of the class become runs of the page, with their adapters, as they come. */

/** Ids of runs that were looked at already, whether or not they were added. */
const seen = new Set<string>();

let followed = '';
let line: RoomLine | null = null;

type Command = 'discard' | 'free' | 'remove' | 'stop';

/** Has the class do what the teacher says. Throws RoomTrouble. */
export async function command<Deed extends Command>(deed: Deed, message: RoomMessage<Deed>): Promise<void> {
  await line?.ask(deed, message);
}

/** Gives somebody another name, in this page's runs as well. Throws RoomTrouble. */
export async function renamePerson(person: number, name: string): Promise<void> {
  const renamed = await line?.ask('rename', { person, name });
  const theirs = new Set(useRoom.getState().state?.experiments.flatMap((one) => (one.person === person ? [one.run] : [])));
  for (const run of useRuns.getState().runs) {
    if (!run.theirs || !theirs.has(run.theirs.id)) continue;
    updateRun(run.id, { theirs: { ...run.theirs, by: renamed?.name || undefined } });
    void keepRun(run.id);
  }
}

/** Takes a result back, and its run out of this page. Throws RoomTrouble. */
export async function discardResult(place: number): Promise<void> {
  const id = useRoom.getState().state?.experiments[place]?.run ?? '';
  await command('discard', { experiment: place });
  seen.delete(id);
  const mine = useRuns.getState().runs.find((one) => !one.deleted && one.theirs?.id === id);
  if (mine) deleteRun(mine.id);
}

/** Follows the class and adds its results, in whatever view, until the page is not about its board any more. */
export function followBoard(code: string): void {
  if (followed === code) return;
  followed = code;
  const stop = follow(code);
  const left = useShown.subscribe(({ room, board }) => {
    if (board && room === code) return;
    followed = '';
    left();
    stop();
    line = null;
  });
}

/** Milliseconds until results that were not to be had are asked for again. */
const AGAIN = 2000;

function follow(code: string): () => void {
  const { key } = useShown.getState();
  if (key) keepKey(code, key);
  let over = false;
  let busy = false;
  let latest: RoomState;
  const catchUp = async () => {
    if (busy) return;
    busy = true;
    for (let done: RoomState | null = null; !over && done !== latest; ) {
      done = latest;
      if (await addResults(own, done, () => over)) continue;
      done = null;
      await new Promise((go) => setTimeout(go, AGAIN));
    }
    busy = false;
  };
  const own = openLine(
    code,
    (state) => {
      latest = state;
      void catchUp();
    },
    keyIn(code),
  );
  line = own;
  return () => {
    over = true;
    own.close();
  };
}

/** Adds what is done and not here so far. False where something was not to be had. */
async function addResults(line: RoomLine, { code, experiments }: RoomState, over: () => boolean): Promise<boolean> {
  let all = true;
  for (const [place, experiment] of experiments.entries()) {
    if (over()) break;
    // With its adapter, which comes a moment after the result.
    if (experiment.state !== 'done' || !experiment.whole || seen.has(experiment.run)) continue;
    await addResult(line, code, place, experiment).catch(() => (all = false));
  }
  return all;
}

async function addResult(line: RoomLine, code: string, place: number, { run, files }: RoomExperiment): Promise<void> {
  if (useRuns.getState().runs.some((one) => one.id === run || (!one.deleted && one.theirs?.id === run))) return void seen.add(run);
  const text = await line.read(place, '', roomBounds.result + 2 ** 20);
  const name = roomWords.title(code);
  const [record] = await studio().readRuns(new File([text], name));
  // A file of no run has nothing to bring, however often it is read.
  if (!record) return void seen.add(run);
  const adapter: AdapterFile[] = [];
  for (const path of files.filter(isAdapterFile)) adapter.push({ path, bytes: await line.read(place, path, roomBounds.adapter) });
  await addRecord(record, name, adapter);
  seen.add(run);
}
