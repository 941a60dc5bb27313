import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../errors/errors';
import { bytesAccess, openSafetensors } from '../io/safetensors';
import { checkRun, runValue } from '../records/runFile';
import type { RunRecord, RunSpec } from '../train/protocol';
import { runPrint } from '../train/runPrint';
import { writeWhole } from './files';

/** Checkpoints of runs on disk: beside the run, the state of its last one and what was said until then. */
const STATE = 'checkpoint.safetensors';
const SAID = 'checkpoint.json';

/** Folder inside a run's own of the states on its way, one file a step. */
export const SNAPSHOTS = 'snapshots';

export type Snapshot = { path: string; bytes: Uint8Array };

/** A checkpoint that a run goes on from. */
export interface Kept {
  step: number;
  bytes: Uint8Array;
  /** Curve and evaluations up to its step. */
  record: Pick<RunRecord, 'curve' | 'evaluations' | 'created'>;
  snapshots: Snapshot[];
}

const stepOf = ({ path }: Snapshot): number => Number(/(\d+)\.safetensors$/.exec(path)?.[1]);

/** Writes a run's checkpoints while it goes on: the newest, where a disk is slower than steps. */
export class Checkpoints {
  private waiting: { step: number; bytes: Uint8Array; record: RunRecord; snapshots: readonly Snapshot[] } | null = null;
  private writing: Promise<void> | null = null;
  private step: number | null;
  private failure = '';
  /** Snapshots that lie in the folder. */
  private there: number;

  constructor(
    private readonly folder: string,
    from: Kept | null,
    private readonly signal?: AbortSignal,
  ) {
    this.step = from?.step ?? null;
    this.there = from?.snapshots.length ?? 0;
  }

  keep(step: number, bytes: Uint8Array, record: RunRecord, snapshots: readonly Snapshot[]): void {
    this.waiting = { step, bytes, record, snapshots: [...snapshots] };
    this.writing ??= this.write().finally(() => (this.writing = null));
  }

  /** Waits until the newest is written. */
  async written(): Promise<void> {
    while (this.writing) await this.writing;
  }

  /** State to go on from, and `how`, in a sentence. */
  kept(how: string): string {
    const of = this.step === null ? 'There is no checkpoint to go on from.' : `The checkpoint of step ${this.step} is kept in ${this.folder}; ${how} goes on from it.`;
    return this.failure ? `${of} A later one could not be written: ${this.failure}` : of;
  }

  /** The state comes last and is moved to its place whole: what was said beyond it, when a process ended in between, is left out again. */
  private async write(): Promise<void> {
    for (let one = this.waiting; one && !this.signal?.aborted; one = this.waiting) {
      this.waiting = null;
      const { step, bytes, record, snapshots } = one;
      try {
        for (const { path, bytes: of } of snapshots.slice(this.there)) await writeWhole(join(this.folder, path), of);
        this.there = snapshots.length;
        await writeWhole(join(this.folder, SAID), JSON.stringify({ version: 1, snapshots: snapshots.map(stepOf), run: runValue(record) }));
        await writeWhole(join(this.folder, STATE), bytes);
        [this.step, this.failure] = [step, ''];
      } catch (error) {
        this.failure = messageOf(error);
      }
    }
  }
}

/** The checkpoint in a run's folder; null where there is none. Throws FormatError where it cannot be read. */
export async function readCheckpoint(folder: string): Promise<Kept | null> {
  const [state, said] = [join(folder, STATE), join(folder, SAID)];
  if (!existsSync(state) || !existsSync(said)) return null;
  const bytes = new Uint8Array(await readFile(state));
  const step = Number((await openSafetensors(bytesAccess(bytes))).metadata.step);
  const { run, snapshots } = JSON.parse(await readFile(said, 'utf8')) as { run: unknown; snapshots: number[] };
  const { curve, evaluations, created } = checkRun(run, said);
  const until = <T extends { step: number }>(points: T[]): T[] => points.filter((point) => point.step <= step);
  const paths = snapshots.filter((at) => at <= step).map((at) => `${SNAPSHOTS}/${at}.safetensors`);
  return { step, bytes, record: { curve: until(curve), evaluations: until(evaluations), created }, snapshots: await Promise.all(paths.map(async (path) => ({ path, bytes: new Uint8Array(await readFile(join(folder, path))) }))) };
}

/** True where a checkpoint is one of this run. */
export async function isOf({ bytes }: Kept, spec: RunSpec): Promise<boolean> {
  const { fingerprint, edits } = (await openSafetensors(bytesAccess(bytes))).metadata;
  const print = runPrint(spec);
  return fingerprint === print.fingerprint && edits === print.edits;
}

/** Removes the checkpoint of a run that has come to its end. */
export const dropCheckpoint = async (folder: string): Promise<void> => {
  for (const file of [STATE, SAID]) await rm(join(folder, file), { force: true });
};
