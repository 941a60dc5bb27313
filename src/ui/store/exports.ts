import { proxy } from 'comlink';
import { create } from 'zustand';
import { methodFields, trainsOf } from '../../adapters/fields';
import type { Exported, ExportEvent, ExportSpec } from '../../train/protocol';
import { t } from '../strings';
import { messageOf, studio } from './client';
import { get } from './database';
import { saveAs } from './download';
import { keepRun } from './keep';
import { testEvaluation, updateRun, type Run } from './runs';
import { toast } from './toast';

export type ExportFormat = ExportSpec['format'];

/** Whether PEFT has the method. */
export const inPeft = (method: string): boolean => methodFields[method]?.peft !== false;

/** The method of PEFT's as which another can be written. */
export const equivalentOf = (method: string): string | undefined => methodFields[method]?.equivalent;

interface ExportState {
  /** Run whose export is open, as it was then; null when there is none. An imported adapter comes as a run that has ended. */
  run: Run | null;
  /** When it was opened. */
  opened: number;
  format: ExportFormat;
  transformers: 4 | 5;
  dtype: 'f32' | 'f16';
  status: 'choose' | 'working' | 'ending' | 'done' | 'failed';
  at: ExportEvent;
  /** What was made last, with its verdict. */
  made: Exported | null;
  /** True when that went to the person's computer. */
  saved: boolean;
  error: string;
}

const start: ExportEvent = { stage: 'open', bytes: 0 };
const idle = { status: 'choose', at: start, made: null, saved: false, error: '' } as const;

export const useExport = create<ExportState>()(() => ({ run: null, opened: 0, format: 'peft', transformers: 5, dtype: 'f32', ...idle }));

/** Forms that a run can leave in, the usual one first. What trains no adapter leaves as a whole model, what cannot be merged as an adapter alone. */
export function formatsOf({ spec: { method } }: Run): ExportFormat[] {
  if (trainsOf(method.method) !== 'adapter') return ['folder', 'onnx', 'python'];
  if (methodFields[method.method]?.unmerged) return ['peft'];
  const native = inPeft(method.method);
  const adapters: ExportFormat[] = !equivalentOf(method.method) ? ['peft'] : native ? ['peft', 'equivalent'] : ['equivalent', 'peft'];
  // What PEFT does not have goes on there as the method that it can be written as.
  const goesOn = native ? methodFields[method.method]?.python !== false : adapters.includes('equivalent');
  return [...adapters, 'folder', 'onnx', ...(goesOn ? ['python' as const] : [])];
}

/** The last export that was asked for; an answer to an earlier one is not wanted any more. */
let job = 0;

export const openExport = (run: Run): void => useExport.setState({ run, opened: Date.now(), format: formatsOf(run)[0], ...idle });

/** Chooses a form; what was made before is let go. */
export const chooseExport = (change: Partial<Pick<ExportState, 'format' | 'transformers' | 'dtype'>>): void => useExport.setState({ ...change, ...idle });

/** Leaves; an export that goes on is ended. */
export function closeExport(): void {
  job++;
  if (isWorking(useExport.getState())) void studio().cancelExport();
  useExport.setState({ run: null, ...idle });
}

/** Asks for the end; the stage that is going on cannot be cut short. */
export function cancelExport(): void {
  useExport.setState({ status: 'ending' });
  void studio().cancelExport();
}

export const isWorking = ({ status }: Pick<ExportState, 'status'>): boolean => status === 'working' || status === 'ending';

/** Makes what is chosen and saves it. What is checked and found wrong is saved only when asked once more. */
export async function runExport(): Promise<void> {
  const { run, format, transformers, dtype } = useExport.getState();
  if (!run) return;
  const { id } = run;
  const mine = ++job;
  const wanted = () => mine === job;
  useExport.setState({ ...idle, status: 'working' });
  try {
    const files = await get('adapters', id);
    if (!files) throw new Error(t.runs.noAdapter(run.name));
    const test = testEvaluation(run);
    const how: ExportSpec = { format, transformers, dtype, facts: { data: run.dataTitle, ...(test && { accuracy: test.accuracy, images: test.count }) } };
    const made = await studio().exportRun(run.spec, files, how, proxy((at: ExportEvent) => void (wanted() && useExport.setState({ at }))));
    if (made.verdict) {
      updateRun(id, { onnxCheck: { ...made.verdict, dtype, at: Date.now() } });
      await keepRun(id);
    }
    if (!wanted()) return;
    if (useExport.getState().status === 'ending') return useExport.setState(idle);
    const saved = made.verdict?.ok !== false;
    if (saved) saveAs(made.zip, made.name);
    if (made.verdict || made.note) return useExport.setState({ status: 'done', made, saved });
    closeExport();
    toast(t.export.saved(made.name));
  } catch (error) {
    if (!wanted()) return;
    const ended = useExport.getState().status === 'ending';
    useExport.setState(ended ? idle : { ...idle, status: 'failed', error: messageOf(error) });
  }
}

/** Saves what the check found wrong, as the person asked for. */
export function saveAnyway(): void {
  const { made } = useExport.getState();
  if (!made) return;
  saveAs(made.zip, made.name);
  useExport.setState({ saved: true });
}
