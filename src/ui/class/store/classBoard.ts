import type { RoomCurve, RoomMessage } from '../../../records/class.meta';
import { followResults, forgetResult, runOfResult } from './results';
import { openLine, useRoom, type RoomLine } from './room';
import { keepKey, keyIn } from './roomToken';
import { deleteRun } from '../../core/runs/actions';
import { updateRun, useRuns } from '../../core/runs/runs';
import { keepRun } from '../../core/storage/keep';
import { useShown } from '../../core/storage/shown';

/** The teacher's page: the results of the class become runs of the page, with their adapters, as they come. */

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
  forgetResult(id);
  const run = runOfResult(useRuns.getState().runs, id);
  if (run?.theirs) deleteRun(run.id);
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

/** Milliseconds between two looks at the curves. */
const LOOK = 2000;

/** Asks for the curves of what the class trains now, until what it returns is called. */
export function followCurves(seen: (curves: RoomCurve[]) => void): () => void {
  const look = () => void line?.ask('curves', {}).then(({ curves }) => seen(curves), () => {});
  const looking = window.setInterval(look, LOOK);
  look();
  return () => clearInterval(looking);
}

function follow(code: string): () => void {
  const { key } = useShown.getState();
  if (key) keepKey(code, key);
  const own = openLine(code, (state) => results.hear(state), keyIn(code));
  const results = followResults(() => own, true);
  line = own;
  return () => {
    results.end();
    own.close();
  };
}
