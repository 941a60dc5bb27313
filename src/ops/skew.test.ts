import { expect, test } from 'vitest';
import { Machine } from '../engine/machine';
import { Recorder } from '../engine/record';
import { noStep } from '../engine/step';
import { maxError, mustOpen } from '../testing/checkOp';
import { here } from '../wasm/here.node';
import { boundRows } from './skew';

test('triangles of a parameter are scaled where they lie, those above the bound alone', async () => {
  const rec = new Recorder();
  const x = rec.param('x', [3, 3], 'adapter');
  const program = rec.program('bound', () => boundRows(x, 2));
  const machine = await Machine.build(await mustOpen(here()), rec);
  try {
    machine.write(x, Float32Array.from([0.3, -0.4, 0.5, 0, 0, 0, 6, -8, 0]));
    machine.setStep(noStep);
    await machine.run(program);
    // The matrix of the last has the norm sqrt(2) 10.
    const factor = Math.SQRT2 / 10;
    expect(maxError(await machine.readF32(x), [0.3, -0.4, 0.5, 0, 0, 0, 6 * factor, -8 * factor, 0])).toBeLessThan(1e-6);
  } finally {
    machine.destroy();
  }
});
