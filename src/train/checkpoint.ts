import type { Arrays } from '../adapters/method';
import type { Machine } from '../engine/machine';
import type { Recorder } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { bytesAccess, FormatError, openSafetensors, writeSafetensors, type TensorData } from '../io/safetensors';
import type { Evaluation } from './protocol';

/** Where a run stood. */
export interface Position {
  /** Optimizer steps done. */
  step: number;
  /** `fingerprint` of the run's spec: a checkpoint is continued only by the same run. */
  fingerprint: string;
}

/** The best evaluation so far and the trainables it was made with (none where the last weights are kept anyway). */
export interface Best {
  evaluation: Evaluation;
  values: Arrays;
}

const BEST = 'best ';

/** Trainables, both Adam moments and the count of skipped steps: all of a run's state, since everything random is counted. */
function stateTensors(rec: Recorder): Tensor[] {
  const ranges = rec.flats.seal();
  const flats = ranges.flatMap((range) => (['param', 'm', 'v'] as const).map((name) => rec.flatRange(name, range)));
  return [...flats, rec.declare('state', 'grad_norm', [4])];
}

/** Reads a run's whole state back, as one safetensors file. */
export async function saveCheckpoint(machine: Machine, rec: Recorder, position: Position, best: Best | null = null): Promise<Uint8Array> {
  const tensors: Record<string, TensorData> = {};
  for (const t of stateTensors(rec)) tensors[t.label] = { dtype: 'F32', shape: [...t.shape], data: await machine.readF32(t) };
  for (const [label, data] of Object.entries(best?.values ?? {})) tensors[BEST + label] = { dtype: 'F32', shape: [data.length], data };
  return writeSafetensors(tensors, { format: 'fullrank', step: String(position.step), fingerprint: position.fingerprint, ...(best ? { best: JSON.stringify(best.evaluation) } : {}) });
}

/** Restores what `saveCheckpoint` wrote; returns the step to go on from and the best so far. Throws FormatError when it is of another run. */
export async function restoreCheckpoint(machine: Machine, rec: Recorder, bytes: Uint8Array, fingerprint: string): Promise<{ step: number; best: Best | null }> {
  const file = await openSafetensors(bytesAccess(bytes));
  const step = Number(file.metadata.step);
  if (file.metadata.format !== 'fullrank' || !Number.isSafeInteger(step) || step < 0) throw new FormatError('This file is not a checkpoint of a run.');
  if (file.metadata.fingerprint !== fingerprint) throw new FormatError('This checkpoint was written with other settings; start the run anew, or restore its settings.');
  const values = new Map<Tensor, Float32Array>();
  for (const t of stateTensors(rec)) {
    const data = await file.readF32(t.label);
    if (data.length * 4 !== t.storage.bytes) throw new FormatError(`The checkpoint holds ${data.length} values of ${t.label}, this run has ${t.storage.bytes / 4}.`);
    values.set(t, data);
  }
  // Only now is anything written: a bad file leaves the run as it was.
  for (const [t, data] of values) machine.write(t, data);
  if (file.metadata.best === undefined) return { step, best: null };
  const best: Best = { evaluation: JSON.parse(file.metadata.best) as Evaluation, values: {} };
  for (const name of file.names()) if (name.startsWith(BEST)) best.values[name.slice(BEST.length)] = await file.readF32(name);
  return { step, best };
}
