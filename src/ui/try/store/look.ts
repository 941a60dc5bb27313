import { create } from 'zustand';
import { messageOf } from '../../../errors/errors';
import { defined } from '../../../numbers/defined';
import { proxy } from '../../../studio/connect';
import type { Frame, TryLook } from '../../../train/protocol';
import { studio } from '../../core/worker/client';
import { useRuns } from '../../core/runs/runs';
import { sourcesOf, useTryout, type Candidate } from './tryout';

/** The one picture that is looked at: one of the open ones, or what the camera shows. */
interface LookState {
  /** Place among the open pictures. */
  at: number;
  /** The camera is on. */
  live: boolean;
  /** Question that the worker is asked now; empty if none is. */
  asking: string;
  /** The last answer, and the question that it answers. */
  seen: TryLook['seen'];
  of: string;
  /** Milliseconds that it took. */
  ms: number;
  error: string;
}

const nothing = { seen: [], of: '', ms: 0, error: '' };

export const useLook = create<LookState>()(() => ({ at: 0, live: false, asking: '', ...nothing }));

/** Chooses a picture. */
export const inspect = (at: number): void => useLook.setState({ at });

/** Switches the camera on or off; what was seen goes with the picture. */
export const setLive = (live: boolean): void => useLook.setState({ live, ...nothing });

// Other pictures, another look.
useTryout.subscribe(({ images }, before) => {
  if (images !== before.images) useLook.setState({ at: 0, live: false, ...nothing });
});

/** Key of the question that one answer answers. */
export const questionOf = (chosen: Candidate[], picture: number | 'live', rollout: boolean): string => JSON.stringify([picture, rollout, chosen.map(({ key }) => key)]);

/** Pictures that are being classified are no hindrance: a look comes between two of their batches. */
export const mayLook = ({ status }: { status: ReturnType<typeof useTryout.getState>['status'] }): boolean => status === 'idle' || status === 'working';

/** Asks what the chosen models say of a picture, and with `rollout` where they look; nothing happens while other work goes on. True when there is an answer. */
export async function look(chosen: Candidate[], picture: number | Frame, rollout: boolean): Promise<boolean> {
  if (chosen.length === 0 || useLook.getState().asking || !mayLook(useTryout.getState()) || useRuns.getState().current !== '') return false;
  const question = questionOf(chosen, typeof picture === 'number' ? picture : 'live', rollout);
  const { images } = useTryout.getState();
  const since = performance.now();
  useLook.setState({ asking: question });
  try {
    const { specs, files } = sourcesOf(chosen);
    const { seen, memory } = await studio().tryLook(specs, proxy(files), picture, rollout, proxy(() => {}));
    useTryout.setState({ memory: { ...memory, model: defined(specs[0]).model } });
    // Other pictures may have been opened, or the camera switched off, meanwhile.
    if (useTryout.getState().images === images && useLook.getState().live === (typeof picture !== 'number')) useLook.setState({ seen, of: question, ms: performance.now() - since, error: '' });
    return true;
  } catch (error) {
    // What was ended with other work is asked for again when that has ended.
    const cut = useTryout.getState().status === 'cancelling' || useRuns.getState().current !== '';
    useLook.setState(cut ? nothing : { ...nothing, of: question, error: messageOf(error) });
    return false;
  } finally {
    useLook.setState({ asking: '' });
  }
}
