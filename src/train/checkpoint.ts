import type { Arrays } from '../adapters/method';
import type { Machine } from '../engine/machine';
import type { Recorder } from '../engine/record';
import { bytesAccess, FormatError, openSafetensors, writeSafetensors, type TensorData } from '../io/safetensors';
import { clipping } from '../optim/adamw';
import type { PatienceState } from './patience';
import type { Evaluation } from './protocol';
import type { RunPrint } from './runPrint';
import { hostFlat, hostLasting } from './weights';

/** Progress of a run. */
export interface Position extends RunPrint {
  /** Optimizer steps done. */
  step: number;
  /** State of early stopping, in a run that has it. */
  waited?: PatienceState;
  /** The evaluation due at this step was cut off. */
  owed?: boolean;
  /** All steps are done and the weights to be kept are in place: only the test is missing. */
  left?: boolean;
}

/** The best evaluation so far and the trainables it was made with (none where the last weights are kept anyway). */
export interface Best {
  evaluation: Evaluation;
  values: Arrays;
}

const BEST = 'best ';

/** Flats that are kept for every parameter: its values, both Adam moments, and its average where there is one; a method keeps more for some. A checkpoint names each parameter, so that their layout may change. */
// Stryker disable next-line ConditionalExpression: values and moments lie in the flats of every run
const keptOf = (rec: Recorder) => (['param', 'm', 'v', 'average'] as const).filter((name) => name !== 'average' || rec.tensors().some(({ storage }) => storage.flat?.name === name));

const flatsOf = (rec: Recorder) => [...keptOf(rec).map((name) => ({ name, ...hostFlat(rec, name) })), ...hostLasting(rec)];

/** Reads a run's whole state back, as one safetensors file. */
export async function saveCheckpoint(machine: Machine, rec: Recorder, position: Position, best: Best | null = null): Promise<Uint8Array> {
  const tensors: Record<string, TensorData> = {};
  const put = (label: string, data: Float32Array) => (tensors[label] = { dtype: 'F32', shape: [data.length], data });
  const flats = flatsOf(rec);
  const counts = { tensor: clipping(rec), data: new Float32Array(4) };
  await machine.read([...flats.flatMap(({ ranges }) => ranges), counts]);
  for (const { name, values } of flats) for (const { label, data } of values) put(`${name} ${label}`, data);
  put('grad_norm', counts.data);
  for (const [label, data] of Object.entries(best?.values ?? {})) put(BEST + label, data);
  return writeSafetensors(tensors, { format: 'fullrank', step: String(position.step), fingerprint: position.fingerprint, edits: position.edits, ...(best && { best: JSON.stringify(best.evaluation) }), ...(position.waited && { waited: JSON.stringify(position.waited) }), ...(position.owed && { owed: 'true' }), ...(position.left && { left: 'true' }) });
}

/** Restores what `saveCheckpoint` wrote; returns the step to go on from, the best so far, how far early stopping has waited, the steps skipped so far, and whether an evaluation is owed or only the test is missing. Throws FormatError when it is of another run. */
export async function restoreCheckpoint(machine: Machine, rec: Recorder, bytes: Uint8Array, print: RunPrint): Promise<{ step: number; best: Best | null; waited?: PatienceState; skipped: number } & Pick<Position, 'owed' | 'left'>> {
  const file = await openSafetensors(bytesAccess(bytes));
  const step = Number(file.metadata.step);
  if (file.metadata.format !== 'fullrank' || !Number.isSafeInteger(step) || step < 0) throw new FormatError('This file is not a checkpoint of a run.');
  // Older versions kept nothing of the edits; what they wrote is continued by its settings alone.
  const { fingerprint, edits = print.edits } = file.metadata;
  if (fingerprint !== print.fingerprint || edits !== print.edits) throw new FormatError('This checkpoint was written with other settings or other edits of the data; start the run anew, or restore them.');
  const flats = flatsOf(rec);
  const counts = { label: 'grad_norm', data: new Float32Array(4) };
  for (const { label, data } of [...flats.flatMap(({ name, values }) => values.map(({ label, data }) => ({ label: `${name} ${label}`, data }))), counts]) {
    if (!file.has(label)) throw new FormatError(`The checkpoint holds no ${label}: another version of this program wrote it. Start the run anew.`);
    const found = await file.readF32(label);
    if (found.length !== data.length) throw new FormatError(`The checkpoint holds ${found.length} values of ${label}, this run has ${data.length}.`);
    data.set(found);
  }
  // Only now is anything written: a bad file leaves the run as it was.
  for (const { tensor, data } of flats.flatMap((f) => f.ranges)) machine.write(tensor, data);
  machine.write(clipping(rec), counts.data);
  const waited = file.metadata.waited === undefined ? undefined : (JSON.parse(file.metadata.waited) as PatienceState);
  const [, , , skipped = 0] = counts.data;
  const rest = { step, waited, skipped, ...(file.metadata.owed === 'true' && { owed: true }), ...(file.metadata.left === 'true' && { left: true }) };
  if (file.metadata.best === undefined) return { ...rest, best: null };
  // JSON has null for what is no number.
  const best: Best = { evaluation: JSON.parse(file.metadata.best, (_, value: unknown) => value ?? NaN) as Evaluation, values: {} };
  for (const name of file.names()) if (name.startsWith(BEST)) best.values[name.slice(BEST.length)] = await file.readF32(name);
  return { ...rest, best };
}
