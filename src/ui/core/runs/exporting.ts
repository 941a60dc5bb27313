import { messageOf } from '../../../errors/errors';
import { proxy } from '../../../studio/connect';
import type { ExportFormat } from '../../../records/forms.meta';
import { rightOf } from '../../../train/scores.meta';
import type { ExportEvent, ExportSpec, PushSpec } from '../../../train/protocol';
import { studio } from '../worker/client';
import { get, type AdapterFile } from '../storage/database';
import { saveAs } from '../../kit/saveAs';
import { targetOn } from '../data/hub';
import { keepRun } from '../storage/keep';
import { exportName } from './exportName';
import { beginJob, closeExport, idle, useExport, type ExportState, type Way } from './exports';
import { curveOf } from './metrics';
import { recordOf } from './runRecords';
import { runById, testEvaluation, updateRun, useRuns, type Run } from './runs';
import { changeSettings } from '../settings/settings';
import { toast } from '../../kit/toast';
import { runsWords } from '../words/runs';
import { exportWords } from '../words/export';

/** What the sheet of an export does; fetched with it. */

/** Opens the form of what goes to the hub, or closes it. */
export const showPush = (hub: boolean): void => useExport.setState({ hub });

/** True for a form that the hub takes: an adapter or a merged model, without pictures. */
export const canPush = (format: ExportFormat): format is PushSpec['format'] => !['nearest', 'web', 'onnx', 'gguf', 'python'].includes(format);

/** Chooses a form; what was made before is let go. */
export const chooseExport = (change: Partial<Pick<ExportState, 'format' | 'transformers' | 'dtype' | 'gguf' | 'rank' | 'title'>>): void => useExport.setState({ ...change, ...idle });

/** Asks for the end; a stage that makes something cannot be cut short. */
export function cancelExport(): void {
  useExport.setState({ status: 'ending' });
  void studio().cancelExport();
}

/** Does the work of an export with the run's saved files; null where it failed, was cancelled or is not wanted any more. */
async function carryOut<T>(way: Way, work: (run: Run, files: AdapterFile[], onEvent: (at: ExportEvent) => void) => Promise<T>): Promise<T | null> {
  const { run } = useExport.getState();
  if (!run) return null;
  const wanted = beginJob();
  const isEnding = () => useExport.getState().status === 'ending';
  useExport.setState({ ...idle, way, status: 'working' });
  try {
    const files = await get('adapters', run.id);
    if (!files) throw new Error(runsWords.noAdapter(run.name));
    const made = await work(run, files, proxy((at: ExportEvent) => void (wanted() && useExport.setState({ at }))));
    if (!wanted()) return null;
    // What is on the hub already is there, whatever was asked for meanwhile.
    if (way === 'hub' || !isEnding()) return made;
    useExport.setState(idle);
  } catch (error) {
    if (wanted()) useExport.setState(isEnding() ? idle : { ...idle, way, status: 'failed', error: messageOf(error) });
  }
  return null;
}

/** Makes what is chosen and saves it. What is checked and found wrong is saved only when asked once more. */
export async function runExport(): Promise<void> {
  const { format, transformers, dtype, gguf, rank, title } = useExport.getState();
  const made = await carryOut('file', async (run, files, onEvent) => {
    const test = testEvaluation(run);
    const how: ExportSpec = { format, called: exportName(run, useRuns.getState().runs, format === 'web' ? title : ''), transformers, dtype, gguf, rank, title: title || run.dataTitle, facts: { data: run.dataTitle, ...(test && { accuracy: rightOf(test), pearson: test.scores?.pearson, images: test.count }) } };
    const made = await studio().exportRun(run.spec, files, how, onEvent);
    if (made.verdict && format === 'onnx') {
      updateRun(run.id, { onnxCheck: { ...made.verdict, dtype, at: Date.now() } });
      await keepRun(run.id);
    }
    return made;
  });
  if (!made) return;
  const saved = made.verdict?.ok !== false;
  if (saved) saveAs(made.file, made.name);
  if (made.verdict || made.note) return useExport.setState({ status: 'done', made, saved });
  closeExport();
  toast(exportWords.saved(made.name));
}

/** Makes what is chosen and puts it into a repository of the hub, with its card and, for a run of this page, the run itself. */
export async function runPush(repository: string, hidden: boolean): Promise<void> {
  const { format, transformers } = useExport.getState();
  if (!canPush(format)) return;
  changeSettings({ hubRepository: repository });
  const pushed = await carryOut('hub', (run, files, onEvent) => {
    const kept = runById(run.id);
    return studio().pushRun(run.spec, files, { format, transformers }, kept ? recordOf(kept, curveOf(kept.id)) : null, targetOn(repository, hidden), onEvent);
  });
  if (pushed) useExport.setState({ status: 'done', pushed });
}

/** Saves what the check found wrong, as the person asked for. */
export function saveAnyway(): void {
  const { made } = useExport.getState();
  if (!made) return;
  saveAs(made.file, made.name);
  useExport.setState({ saved: true });
}
