import { beforeAll, describe, expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import type { MethodConfig } from '../adapters/field';
import type { Machine } from '../engine/machine';
import type { Tensor } from '../engine/tensor';
import { bytesAccess, openSafetensors, writeSafetensors, type TensorData } from '../io/safetensors';
import { tinyModel } from '../testing/tiny';
import { restoreCheckpoint, saveCheckpoint, type Best } from './checkpoint';
import { recordPrograms, type Programs } from './programs';
import type { RunPrint } from './runPrint';
import { snapshotSteps, takeSnapshot } from './snapshots';

/** Stand-in for the reads and writes of a machine, in memory: each tensor is there from the start, filled with a number of its own. */
class Memory {
  readonly held = new Map<Tensor, Float32Array>();
  private next = 1;
  at(tensor: Tensor): Float32Array {
    const found = this.held.get(tensor) ?? Float32Array.from({ length: tensor.storage.bytes / 4 }, () => this.next++);
    this.held.set(tensor, found);
    return found;
  }
  async read(wanted: { tensor: Tensor; data: Float32Array }[]): Promise<void> {
    for (const { tensor, data } of wanted) data.set(this.at(tensor));
  }
  write(tensor: Tensor, data: Float32Array): void {
    expect(data.length).toBe(tensor.storage.bytes / 4);
    this.held.set(tensor, data.slice());
  }
}
const machineOf = (memory: Memory) => memory as unknown as Machine;

const lora: MethodConfig = { method: 'lora', r: 2 };
const adalora: MethodConfig = { method: 'adalora', init_r: 3, target_r: 2, tinit: 1, tfinal: 3, deltaT: 2 };

let record: (method: MethodConfig, averaged?: boolean) => Programs;
/** Programs with LoRA, recorded once for most tests. */
let programs: Programs;
beforeAll(async () => {
  const { net } = await tinyModel();
  record = (method, averaged = false) => recordPrograms(new Adapted(net, method), { batch: 2, weight_decay: 0, label_smoothing: 0, frozen_dtype: 'f32', checkpoint_activations: false, averaged });
  programs = record(lora);
});

const print = { fingerprint: 'f', edits: '' };
const position = { step: 7, ...print };
const evaluation = { step: 5, loss: 0.5 } as unknown as Best['evaluation'];

/** All tensors of a file. */
async function contentOf(bytes: Uint8Array) {
  const file = await openSafetensors(bytesAccess(bytes));
  const tensors: Record<string, TensorData> = {};
  for (const name of file.names()) {
    const data = await file.readF32(name);
    tensors[name] = { dtype: 'F32', shape: [data.length], data };
  }
  return { tensors, metadata: file.metadata };
}

/** Steps skipped so far: the device counts them last of its four numbers. */
const skippedIn = ({ grad_norm }: Record<string, TensorData>) => (grad_norm?.data as Float32Array | undefined)?.[3];

describe('a checkpoint', () => {
  test.each<[string, MethodConfig, boolean, string[]]>([
    ['values and moments', lora, false, ['param', 'm', 'v']],
    ['averages where they are kept', lora, true, ['param', 'm', 'v', 'average']],
    ['what the method keeps besides', adalora, false, ['param', 'm', 'v', 'importance', 'unsure']],
  ])('holds %s, by parameter, and puts all of it back', async (_, method, averaged, kinds) => {
    const { rec } = record(method, averaged);
    const bytes = await saveCheckpoint(machineOf(new Memory()), rec, position);
    const { tensors, metadata } = await contentOf(bytes);
    expect(metadata).toEqual({ format: 'fullrank', step: '7', fingerprint: 'f', edits: '' });
    expect(new Set(Object.keys(tensors).map((name) => name.split(' ')[0]))).toEqual(new Set([...kinds, 'grad_norm']));
    const labels = rec.flats.params().map(({ tensor }) => tensor.label);
    for (const kind of ['param', 'm', 'v']) expect(Object.keys(tensors).filter((name) => name.startsWith(`${kind} `))).toEqual(labels.map((label) => `${kind} ${label}`));
    expect(tensors.grad_norm?.shape).toEqual([4]);

    // Programs of LoRA that were recorded anew find everything by its name.
    for (const to of [rec, ...(kinds.length === 3 ? [programs.rec] : [])]) {
      const other = new Memory();
      expect(await restoreCheckpoint(machineOf(other), to, bytes, print)).toEqual({ step: 7, best: null, waited: undefined, skipped: skippedIn(tensors) });
      expect(Buffer.compare(await saveCheckpoint(machineOf(other), to, position), bytes)).toBe(0);
    }
  });

  test('holds the best weights so far, and how far early stopping has waited', async () => {
    const { rec } = programs;
    const best: Best = { evaluation, values: { 'a.b': Float32Array.of(1, 2), 'best c': Float32Array.of(3) } };
    const bytes = await saveCheckpoint(machineOf(new Memory()), rec, { ...position, step: 0, waited: { best: 0.25, evaluations: 2 } }, best);
    expect(await restoreCheckpoint(machineOf(new Memory()), rec, bytes, print)).toEqual({ step: 0, best, waited: { best: 0.25, evaluations: 2 }, skipped: skippedIn((await contentOf(bytes)).tensors) });
    const none = await saveCheckpoint(machineOf(new Memory()), rec, position, { evaluation, values: {} });
    expect((await restoreCheckpoint(machineOf(new Memory()), rec, none, print)).best).toEqual({ evaluation, values: {} });
  });

  test('of a version that kept nothing of the edits is continued by its settings', async () => {
    const { tensors, metadata } = await contentOf(await saveCheckpoint(machineOf(new Memory()), programs.rec, position));
    const { edits: _, ...older } = metadata;
    const restore = (of: RunPrint) => restoreCheckpoint(machineOf(new Memory()), programs.rec, writeSafetensors(tensors, older), of);
    expect(await restore({ ...print, edits: 'e' })).toMatchObject({ step: 7 });
    await expect(restore({ fingerprint: 'g', edits: '' })).rejects.toThrow(/other settings/);
  });

  test('of another run, or damaged, is refused before anything is written', async () => {
    const { rec } = programs;
    const bytes = await saveCheckpoint(machineOf(new Memory()), rec, position);
    const { tensors, metadata } = await contentOf(bytes);
    const [first = ''] = Object.keys(tensors);
    const without = (name: string) => Object.fromEntries(Object.entries(tensors).filter(([one]) => one !== name));
    const short: TensorData = { dtype: 'F32', shape: [1], data: new Float32Array(1) };
    const cases: [Uint8Array, RunPrint, RegExp][] = [
      [bytes, { ...print, fingerprint: 'g' }, /other settings/],
      [bytes, { ...print, edits: 'e' }, /other edits/],
      [writeSafetensors(tensors, { ...metadata, format: 'pt' }), print, /not a checkpoint/],
      ...['-1', '1.5', 'x'].map((step): [Uint8Array, RunPrint, RegExp] => [writeSafetensors(tensors, { ...metadata, step }), print, /not a checkpoint/]),
      [writeSafetensors(tensors, { format: 'fullrank', fingerprint: 'f' }), print, /not a checkpoint/],
      [writeSafetensors(without(first), metadata), print, /holds no param/],
      [writeSafetensors(without('grad_norm'), metadata), print, /holds no grad_norm/],
      [writeSafetensors({ ...tensors, grad_norm: short }, metadata), print, /holds 1 values of grad_norm, this run has 4/],
      [writeSafetensors({ ...tensors, [first]: short }, metadata), print, /holds 1 values of param/],
      [bytes.slice(0, 20), print, /cut short/],
    ];
    for (const [file, of, message] of cases) {
      const memory = new Memory();
      await expect(restoreCheckpoint(machineOf(memory), rec, file, of)).rejects.toThrow(message);
      expect(memory.held.size).toBe(0);
    }
  });
});

describe('snapshots', () => {
  const MIB = 1024 * 1024;
  test.each<[number, number, number, number[]]>([
    [100, 4, 1, [0, 25, 50, 75, 100]], [10, 4, 1, [0, 3, 5, 8, 10]], [3, 10, 1, [0, 1, 2, 3]], [100, 1, 1, [0, 100]], [100, 0, 1, []], [0, 4, 1, []], [100, 4, 0, [0, 25, 50, 75, 100]],
    // Of 64 MiB: two states of 32, three of 21; one is no path.
    [100, 4, 32 * MIB, [0, 100]], [100, 4, 21 * MIB, [0, 50, 100]], [100, 4, 33 * MIB, []], [100, 64, MIB, Array.from({ length: 64 }, (_, k) => Math.round((k * 100) / 63))],
  ])('of %d steps, %d wanted, %d bytes each', (total, wanted, bytes, steps) => {
    expect([...snapshotSteps(total, wanted, bytes)]).toEqual(steps);
  });

  test('are the trained weights by name', async () => {
    const memory = new Memory();
    const { tensors } = await contentOf(await saveCheckpoint(machineOf(memory), programs.rec, position));
    const trained = programs.rec.flats.params().map(({ tensor: { label } }): [string, TensorData] => {
      const found = tensors[`param ${label}`];
      if (!found) throw new Error(`no ${label}`);
      return [label, found];
    });
    const wanted = writeSafetensors(new Map(trained), { format: 'fullrank-snapshot', step: '12' });
    expect(Buffer.compare(await takeSnapshot(machineOf(memory), programs, 12), wanted)).toBe(0);
  });
});
