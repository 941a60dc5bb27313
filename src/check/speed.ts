import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import { Recorder } from '../engine/record';
import { noStep } from '../engine/step';
import { timeProgram } from '../engine/timing';
import { product } from '../ops/product';

const SIZE = 512;

/** GFLOP/s of a product 512 x 512 x 512, and whether timestamps (where there are any) fit the clock on the wall. */
export async function measureProduct(device: Device): Promise<number> {
  const rec = new Recorder();
  const program = rec.program('speed', () => {
    const x = rec.declare('input', 'x', [SIZE, SIZE]);
    const w = rec.declare('frozen', 'w', [SIZE, SIZE]);
    product({ mode: 'nt', x, weight: w, out: rec.keep(rec.temp('product', [SIZE, SIZE])), M: SIZE, N: SIZE, K: SIZE });
  });
  const machine = await Machine.build(device, rec);
  try {
    machine.setStep(noStep);
    // The first run makes the driver compile.
    await machine.run(program);
    await machine.idle();
    let best = Infinity;
    for (let i = 0; i < 3; i++) {
      const from = performance.now();
      await machine.run(program);
      await machine.idle();
      best = Math.min(best, performance.now() - from);
    }
    const from = performance.now();
    const times = await timeProgram(machine, program);
    const wall = (performance.now() - from) * 1e6;
    const ns = times?.[0]?.ns;
    if (ns !== undefined && !(ns >= 0 && ns <= 3 * wall)) throw new Error(`a timestamp says ${(ns / 1e6).toFixed(2)} ms where the clock says ${(wall / 1e6).toFixed(2)} ms`);
    return (2 * SIZE ** 3) / best / 1e6;
  } finally {
    machine.destroy();
  }
}
