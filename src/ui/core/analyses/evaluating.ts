import { create } from 'zustand';
import { messageOf } from '../../../errors/errors';
import { proxy } from '../../../studio/connect';
import { studio } from '../worker/client';
import { get } from '../storage/database';
import { keepRun } from '../storage/keep';
import { followedOn, leftWeights, runById, updateRun, type Run } from '../runs/runs';
import { runsWords } from '../words/runs';

/** The test of a run that ended before its own: of one run at a time. */
export const useEvaluating = create<{ going: { run: string; done: number; total: number } | null; failed: { run: string; message: string } | null }>()(() => ({ going: null, failed: null }));

/** True for a run that was stopped before it was measured on the test images, and left its weights. */
export const lacksTest = (run: Run): boolean => run.state === 'stopped' && leftWeights(run) && run.summary !== null && run.summary.final === null;

/** The step of the weights that were kept: the best that was held against held-back images, else the last. */
export const keptStep = (run: Run): number => (followedOn(run) === 'val' && run.best ? run.best.step : run.lastStep);

/** The same, where training went on from there. */
export const earlierStep = (run: Run | undefined): number | undefined => (run && keptStep(run) < run.lastStep ? keptStep(run) : undefined);

/** Measures a stopped run's weights on the test images, and keeps the result with it. */
export async function evaluateStopped(run: Run): Promise<void> {
  if (useEvaluating.getState().going) return;
  const { id } = run;
  useEvaluating.setState({ going: { run: id, done: 0, total: 0 }, failed: null });
  const onProgress = (done: number, total: number) => useEvaluating.getState().going && useEvaluating.setState({ going: { run: id, done, total } });
  try {
    const files = await get('adapters', id);
    if (!files) throw new Error(runsWords.noAdapter(run.name));
    const evaluation = await studio().evaluateRun(run.spec, files, keptStep(run), proxy(onProgress));
    const now = runById(id);
    if (now?.summary) {
      updateRun(id, { evaluations: [...now.evaluations.map((one) => ({ ...one, images: undefined })), evaluation], summary: { ...now.summary, final: evaluation } });
      await keepRun(id);
    }
    useEvaluating.setState({ going: null });
  } catch (error) {
    useEvaluating.setState({ going: null, failed: { run: id, message: messageOf(error) } });
  }
}
