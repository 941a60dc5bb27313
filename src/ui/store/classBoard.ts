import { isAdapterFile, roomBounds, type RoomExperiment, type RoomState } from '../../train/room.meta';
import { t } from '../strings';
import { studio } from './client';
import type { AdapterFile } from './database';
import { askRoom, watchRoom } from './room';
import { useRuns } from './runs';
import { addRecord } from './runsImport';
import { useShown } from './shown';

/** The teacher's page: the results of the class become runs of the page, with their adapters, as they come. */

/** Ids of runs that were looked at already, whether or not they were added. */
const seen = new Set<string>();

let followed = '';

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
  });
}

function follow(code: string): () => void {
  let over = false;
  let busy = false;
  const add = async (state: RoomState) => {
    if (busy) return;
    busy = true;
    for (const [place, experiment] of state.experiments.entries()) {
      if (over) break;
      // With its adapter, which comes a moment after the result.
      if (experiment.state !== 'done' || !experiment.whole || seen.has(experiment.run)) continue;
      // What is not to be had now is asked for at the next look.
      await addResult(code, place, experiment).catch(() => {});
    }
    busy = false;
  };
  const stop = watchRoom(code, (state) => void add(state));
  return () => {
    over = true;
    stop();
  };
}

async function addResult(code: string, place: number, { run, files }: RoomExperiment): Promise<void> {
  if (useRuns.getState().runs.some((one) => one.id === run || one.theirs?.id === run)) return void seen.add(run);
  const text = await bytesOf(await askRoom(code, ['result', place]), roomBounds.result + 2 ** 20);
  const name = t.room.title(code);
  const [record] = await studio().readRuns(new File([text], name));
  const adapter: AdapterFile[] = [];
  for (const path of files.filter(isAdapterFile)) adapter.push({ path, bytes: await bytesOf(await askRoom(code, ['adapter', place, path]), roomBounds.adapter) });
  await addRecord(record, name, adapter);
  seen.add(run);
}

async function bytesOf(response: Response, most: number): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(response.headers.get('content-length')) > most) throw new RangeError('too long');
  return new Uint8Array(await response.arrayBuffer());
}
