import { create } from 'zustand';
import { methodFields, trainsOf } from '../../../adapters/fields';
import { INTRUDERS, intrudersIn } from '../../../adapters/intruders.meta';
import type { Inside } from '../../../analysis/analysis.meta';
import { messageOf } from '../../../errors/errors';
import { defined } from '../../../numbers/defined';
import { proxy } from '../../../studio/connect';
import { exportName } from '../../core/runs/exportName';
import { runById, useRuns } from '../../core/runs/runs';
import { get } from '../../core/storage/database';
import { importAdapter } from '../../core/storage/imported';
import { studio } from '../../core/worker/client';
import { runsWords } from '../../core/words/runs';
import { saveAs } from '../../kit/saveAs';

/** Largest rank of an adapter with scaled intruder dimensions. */
const MOST_RANK = 64;

/** An adapter with scaled intruder dimensions that is being made, or was last: of which run, what it lost, or why it failed. */
export const useScaled = create<{ status: 'idle' | 'making' | 'cancelling'; run: string; note: string; error: string }>()(() => ({ status: 'idle', run: '', note: '', error: '' }));

/** Intruder dimensions of a run in what was looked into, by layer; none where they were not looked for. */
export const countsOf = ({ intruders }: Inside, run: number): number[] => (intruders?.[run] ?? []).map((one) => intrudersIn(one, INTRUDERS.epsilon));

/** True for a method whose update can leave as an adapter by itself: it changes nothing but weights of layers. */
export const leavesAlone = (method: string): boolean => trainsOf(method) === 'adapter' && !methodFields[method]?.biases && methodFields[method]?.unmerged === undefined;

/** Rank at which nothing is lost: that of the update, and one for each intruder dimension of a layer. No more than a layer has, or than an adapter should. */
export function rankFor(made: Inside, run: number): number {
  const updates = defined(made.updates[run]);
  const most = (values: readonly number[]) => Math.max(1, ...values);
  return Math.min(MOST_RANK, most(updates.map(({ rank }) => rank)) + most(countsOf(made, run)), ...updates.map(({ shape }) => Math.min(...shape)));
}

/** Makes a LoRA of a run's update with its intruder dimensions at this share of their size, and keeps it in Try or saves it. */
export async function takeScaled(made: Inside, run: number, scale: number, to: 'try' | 'file'): Promise<void> {
  if (useScaled.getState().status !== 'idle') return;
  const { spec, id, name } = defined(made.runs[run]);
  const kept = runById(id);
  useScaled.setState({ status: 'making', run: id, note: '', error: '' });
  try {
    const files = await get('adapters', id);
    if (!files) throw new Error(runsWords.noAdapter(name));
    const { file, name: called, note } = await studio().exportRun(spec, files, { format: 'nearest', called: kept && exportName(kept, useRuns.getState().runs), rank: rankFor(made, run), scale_intruders: scale }, proxy(() => {}));
    if (to === 'file') saveAs(file, called);
    else await importAdapter({ name: called, files: [{ path: called, file: new File([file], called) }] });
    useScaled.setState({ note });
  } catch (error) {
    if (useScaled.getState().status !== 'cancelling') useScaled.setState({ error: messageOf(error) });
  }
  useScaled.setState({ status: 'idle' });
}

export function cancelScaled(): void {
  useScaled.setState({ status: 'cancelling' });
  void studio().cancelExport();
}
