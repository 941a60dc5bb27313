import { create } from 'zustand';
import { messageOf } from '../../../errors/errors';
import type { RunRecord } from '../../../train/protocol';
import { newId } from '../../../io/newId.meta';
import { defined } from '../../../numbers/defined';
import { completeTrain } from '../../../train/config';
import { weightBytes } from '../../../records/weightBytes.meta';
import { studio } from '../worker/client';
import { put, type AdapterFile } from '../storage/database';
import { methodFields } from '../settings/fields';
import { isProject } from '../../kit/files';
import { keepCurve, keepRun, purgeRun } from '../storage/keep';
import { setCurve, touch } from './metrics';
import { runOf } from './runRecords';
import { putRuns, updateRun, useRuns, type Run } from './runs';
import { toast } from '../../kit/toast';
import { tableWords } from '../words/table';
import { projectWords } from '../words/project';

/** Runs of others, out of files, beside one's own. */

export const useRunsImport = create<{ reading: string; errors: string[] }>()(() => ({ reading: '', errors: [] }));

/** Reads files of runs and adds what is not there yet; a toast takes it back. What is wrong is said by file. More files wait for their turn. */
export function addRuns(files: readonly File[]): Promise<void> {
  return (turn = turn.then(() => addNow(files)));
}
let turn = Promise.resolve();

async function addNow(files: readonly File[]): Promise<void> {
  if (files.length === 0) return;
  const errors: string[] = [];
  const taken = nothing();
  for (const file of files) {
    useRunsImport.setState({ reading: file.name, errors: [] });
    const name = freshFile(file.name);
    try {
      await takeAll(await studio().readRuns(file), name, taken);
    } catch (error) {
      errors.push(tableWords.notAdded(file.name, isProject(file.name) ? projectWords.isOne : messageOf(error)));
    }
  }
  useRunsImport.setState({ reading: '', errors });
  report(taken, files.length === 1 ? defined(files[0]).name : tableWords.manyFiles(files.length));
}

/** Adds runs of others that were read already, as from a repository of the hub, which they go by; a toast takes it back. */
export async function addRecords(records: readonly RunRecord[], from: string): Promise<void> {
  const taken = nothing();
  await takeAll(records, from, taken);
  report(taken, from);
}

interface Taken {
  /** Ids of runs that were added. */
  added: string[];
  /** Number of runs that were there already, and of those that this page has no words for. */
  known: number;
  unknown: number;
}

const nothing = (): Taken => ({ added: [], known: 0, unknown: 0 });

async function takeAll(records: readonly RunRecord[], from: string, taken: Taken): Promise<void> {
  for (const record of records) {
    if (isKnown(record)) taken.known++;
    else if (!fits(record)) taken.unknown++;
    else taken.added.push(await take(record, from));
  }
}

function report({ added, known, unknown }: Taken, from: string): void {
  touch();
  if (added.length + known + unknown === 0) return;
  toast(tableWords.added(added.length, from, known, unknown), added.length > 0 ? () => void Promise.all(added.map(purgeRun)) : undefined);
}

export const forgetErrors = (): void => useRunsImport.setState({ errors: [] });

/** Adds one run of another's, out of something called `file`, with its adapter where that came along; null where it is there already, or this page has no words for it. */
export async function addRecord(record: RunRecord, file: string, adapter: AdapterFile[] = []): Promise<string | null> {
  if (isKnown(record) || !fits(record)) return null;
  const id = await take(record, file);
  if (adapter.length > 0) {
    await put('adapters', id, adapter);
    updateRun(id, { adapterBytes: weightBytes(adapter) });
    await keepRun(id);
  }
  touch();
  return id;
}

const isKnown = ({ spec: { id } }: RunRecord): boolean => useRuns.getState().runs.some((run) => !run.deleted && (run.id === id || run.theirs?.id === id));

/** True for a run that this page has words for: of a method and with settings that it knows. */
function fits({ spec }: RunRecord): boolean {
  if (!Object.hasOwn(methodFields, spec.method.method)) return false;
  try {
    completeTrain(spec.train);
    return true;
  } catch {
    return false;
  }
}

/** The name of a file, with a number where another one of that name was read before: two people's files may be called alike. */
function freshFile(name: string): string {
  const taken = new Set(useRuns.getState().runs.map((run) => run.theirs?.file));
  const [, stem, end] = /^(.*?)((?:\.runs)?\.json)?$/is.exec(name.slice(0, 250))!;
  let fresh = stem + (end ?? '');
  for (let n = 2; taken.has(fresh); n++) fresh = `${stem} (${n})${end ?? ''}`;
  return fresh;
}

async function take(record: RunRecord, file: string): Promise<string> {
  const id = newId();
  const { run, curve } = runOf(record, id);
  // Its adapter and checkpoints stayed where it was trained.
  const kept: Run = { ...run, adapterBytes: 0, checkpointStep: 0, state: run.state === 'interrupted' ? 'stopped' : run.state, theirs: { file, ...(record.by && { by: record.by }), id: record.spec.id, at: Date.now() } };
  putRuns([kept]);
  setCurve(id, curve);
  await keepCurve(id, true);
  await keepRun(id);
  return id;
}
