import { create } from 'zustand';
import { textKinds } from '../../../data/reading.meta';
import { messageOf } from '../../../errors/errors';
import { defined } from '../../../numbers/defined';
import { proxy } from '../../../studio/connect';
import { formsOf, type ExportFormat } from '../../../records/forms.meta';
import { readsOf } from '../../../train/learned.meta';
import { rightOf } from '../../../train/scores.meta';
import type { Exported, ExportEvent, ExportSpec, Pushed, PushSpec } from '../../../train/protocol';
import { areOwn, dataById, modelById, useCatalog } from '../data/catalog';
import { studio } from '../worker/client';
import { get, type AdapterFile } from '../storage/database';
import { saveAs } from '../../kit/saveAs';
import { targetOn } from '../data/hub';
import { keepRun } from '../storage/keep';
import { exportName } from './exportName';
import { curveOf } from './metrics';
import { ofRun } from '../data/medium';
import { recordOf } from './runRecords';
import { leftWeights, runById, testEvaluation, updateRun, useRuns, type Run } from './runs';
import { changeSettings } from '../settings/settings';
import { toast } from '../../kit/toast';
import { runsWords } from '../words/runs';
import { exportWords } from '../words/export';

/** Destination of an export: a file, or the hub. */
type Way = 'file' | 'hub';

interface ExportState {
  /** Run whose export is open, as it was then; null when there is none. An imported adapter comes as a run that has ended. */
  run: Run | null;
  format: ExportFormat;
  transformers: 4 | 5;
  dtype: NonNullable<ExportSpec['dtype']>;
  gguf: NonNullable<ExportSpec['gguf']>;
  /** Rank of the nearest plain adapter. */
  rank: number;
  /** Heading of a page; empty takes the data's title. */
  title: string;
  /** The form of what goes to the hub is open. */
  hub: boolean;
  status: 'choose' | 'working' | 'ending' | 'done' | 'failed';
  /** Destination of the present export, or the last. */
  way: Way;
  at: ExportEvent;
  /** Last export made, with its verdict. */
  made: Exported | null;
  /** True when that went to the person's computer. */
  saved: boolean;
  /** Place of the export on the hub, once it is there. */
  pushed: Pushed | null;
  error: string;
}

const start: ExportEvent = { stage: 'open', bytes: 0 };
const idle = { status: 'choose', way: 'file', at: start, made: null, saved: false, pushed: null, error: '' } as const;

export const useExport = create<ExportState>()(() => ({ run: null, format: 'peft', transformers: 5, dtype: 'f32', gguf: 'f16', rank: 16, title: '', hub: false, ...idle }));

/** Forms that a run can leave in, the usual one first; one of texts also as its model can be written. */
export function formatsOf(run: Run): ExportFormat[] {
  const formats = formsOf(run.spec.method.method);
  if (ofRun(run.spec) === 'pictures') return formats;
  const { onnx = false, gguf = false } = modelById(useCatalog.getState(), run.spec.model)?.language ?? {};
  const ofTexts = formats.filter((format) => format !== 'python' && format !== 'web' && (format !== 'onnx' || onnx));
  return gguf && textKinds[readsOf(run.spec)].generates && ofTexts.includes('folder') ? [...ofTexts, 'gguf'] : ofTexts;
}

/** The last export that was asked for; an answer to an earlier one is not wanted any more. */
let job = 0;

/** The form that is chosen at first: a page, where pictures of one's own were learned, which needs nothing else; or the first. */
function usualOf(run: Run): ExportFormat {
  const formats = formatsOf(run);
  return formats.includes('web') && areOwn(dataById(useCatalog.getState(), run.spec.data)) ? 'web' : defined(formats[0]);
}

/** All forms, the one that is chosen at first before the others. */
export const offeredOf = (run: Run): ExportFormat[] => [usualOf(run), ...formatsOf(run).filter((format) => format !== usualOf(run))];

/** Opens the sheet, at the usual form where no other is asked for. */
export const openExport = (run: Run, format: ExportFormat = usualOf(run)): void => useExport.setState({ run, format, title: '', hub: false, ...idle });

/** The run that a web page is made of: of those that can be one and have come to their end, that with the most test pictures right; undefined where there is none. */
export function pageOf(runs: readonly Run[]): Run | undefined {
  const share = (run: Run) => rightOf(testEvaluation(run)!);
  const able = runs.filter((run) => run.state === 'done' && leftWeights(run) && testEvaluation(run) && formatsOf(run).includes('web'));
  return able.reduce<Run | undefined>((best, run) => (best && share(best) >= share(run) ? best : run), undefined);
}

/** Opens the form of what goes to the hub, or closes it. */
export const showPush = (hub: boolean): void => useExport.setState({ hub });

/** True for a form that the hub takes: an adapter or a merged model, without pictures. */
export const canPush = (format: ExportFormat): format is PushSpec['format'] => !['nearest', 'web', 'onnx', 'gguf', 'python'].includes(format);

/** Chooses a form; what was made before is let go. */
export const chooseExport = (change: Partial<Pick<ExportState, 'format' | 'transformers' | 'dtype' | 'gguf' | 'rank' | 'title'>>): void => useExport.setState({ ...change, ...idle });

/** Leaves; an export that goes on is ended. */
export function closeExport(): void {
  job++;
  if (isWorking(useExport.getState())) void studio().cancelExport();
  useExport.setState({ run: null, ...idle });
}

/** Asks for the end; a stage that makes something cannot be cut short. */
export function cancelExport(): void {
  useExport.setState({ status: 'ending' });
  void studio().cancelExport();
}

export const isWorking = ({ status }: Pick<ExportState, 'status'>): boolean => status === 'working' || status === 'ending';

/** Does the work of an export with the run's saved files; null where it failed, was cancelled or is not wanted any more. */
async function carryOut<T>(way: Way, work: (run: Run, files: AdapterFile[], onEvent: (at: ExportEvent) => void) => Promise<T>): Promise<T | null> {
  const { run } = useExport.getState();
  if (!run) return null;
  const mine = ++job;
  const wanted = () => mine === job;
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
    const how: ExportSpec = { format, called: exportName(run, useRuns.getState().runs), transformers, dtype, gguf, rank, title: title || run.dataTitle, facts: { data: run.dataTitle, ...(test && { accuracy: rightOf(test), pearson: test.scores?.pearson, images: test.count }) } };
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
