import { create } from 'zustand';
import { textKinds } from '../../../data/reading.meta';
import { defined } from '../../../numbers/defined';
import { formsOf, type ExportFormat } from '../../../records/forms.meta';
import { readsOf } from '../../../train/learned.meta';
import { rightOf } from '../../../train/scores.meta';
import type { Exported, ExportEvent, ExportSpec, Pushed } from '../../../train/protocol';
import { areOwn, dataById, modelById, useCatalog } from '../data/catalog';
import { studio } from '../worker/client';
import { ofRun } from '../data/medium';
import { leftWeights, testEvaluation, type Run } from './runs';

/** Destination of an export: a file, or the hub. */
export type Way = 'file' | 'hub';

export interface ExportState {
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
/** Before anything is made. */
export const idle = { status: 'choose', way: 'file', at: start, made: null, saved: false, pushed: null, error: '' } as const;

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
/** Begins an export; what comes back says whether its answer is still wanted. */
export function beginJob(): () => boolean {
  const mine = ++job;
  return () => mine === job;
}

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

/** Leaves; an export that goes on is ended. */
export function closeExport(): void {
  beginJob();
  if (isWorking(useExport.getState())) void studio().cancelExport();
  useExport.setState({ run: null, ...idle });
}

export const isWorking = ({ status }: Pick<ExportState, 'status'>): boolean => status === 'working' || status === 'ending';
