import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import { Recorder } from '../engine/record';
import { noStep } from '../engine/step';
import type { Tensor } from '../engine/tensor';
import { defined } from '../numbers/defined';

/** A NaN that no kernel writes: where it is still there, nothing was written. */
const SENTINEL = 0x7fc0dead;

export interface Recorded<Outputs extends readonly Tensor[] = Tensor[]> {
  inputs: [Tensor, ArrayBufferView][];
  /** Tensors that are read back; kept, and filled with the sentinel before the first run. */
  outputs: Outputs;
}

/**
 * Records a small program, runs it three times and returns what it wrote, output by output, as the bits of 32-bit words. Throws with what
 * went wrong when a word was never written or two runs differ.
 */
export async function runThrice<const Outputs extends readonly Tensor[]>(device: Device, record: (rec: Recorder) => Recorded<Outputs>): Promise<{ [each in keyof Outputs]: Uint32Array }> {
  const rec = new Recorder({ shaderF16: device.gpu.features.has('shader-f16'), software: device.report.software, matrices: device.report.matrices });
  let recorded!: Recorded<Outputs>;
  const program = rec.program('check', () => {
    recorded = record(rec);
    recorded.outputs.forEach((t) => rec.keep(t));
  });
  const machine = await Machine.build(device, rec);
  try {
    for (const [t, data] of recorded.inputs) machine.write(t, data);
    for (const t of recorded.outputs) machine.write(t, new Uint32Array(t.storage.bytes / 4).fill(SENTINEL));
    machine.setStep(noStep);
    let first: Uint32Array[] | null = null;
    for (let run = 0; run < 3; run++) {
      await machine.run(program);
      const words: Uint32Array[] = [];
      for (const t of recorded.outputs) words.push(new Uint32Array(await machine.readBytes(t)));
      words.forEach((out, o) => {
        const at = out.indexOf(SENTINEL);
        if (at >= 0) throw new Error(`element ${at} of ${defined(recorded.outputs[o]).label} was never written`);
        const other = first?.[o]?.findIndex((word, i) => word !== out[i]) ?? -1;
        if (other >= 0) throw new Error(`run ${run + 1} gave another element ${other} of ${defined(recorded.outputs[o]).label} than run 1`);
      });
      first ??= words;
    }
    await machine.idle();
    return first as { [each in keyof Outputs]: Uint32Array };
  } finally {
    machine.destroy();
  }
}

export const floats = (words: Uint32Array): Float32Array => new Float32Array(words.buffer, words.byteOffset, words.length);

/** Whole numbers from -4 to 4: sums are exact in f32 in any order. */
export const whole = (count: number, seed: number): Float32Array => Float32Array.from({ length: count }, (_, i) => ((Math.imul(i + seed, 2_654_435_761) >>> 20) % 9) - 4);
