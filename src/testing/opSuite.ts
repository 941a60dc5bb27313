import { beforeAll, describe, expect, test } from 'vitest';
import type { Device } from '../engine/device';
import { defined } from '../numbers/defined';
import { mustOpen, recordCase } from './checkOp';
import { here } from '../wasm/here.node';
import { gpu } from './dawn';
import { formsIn, judge, judgeForm, opCases } from './opCases';

/** Ops whose kernels compile for minutes: their cases have a file each, so that they are compiled side by side. */
export const slowOps = ['attention', 'groupedAttention', 'matmul', 'randlora'];

/**
 * Declares the tests of every case of these ops where eight neighbours are a subgroup, in the form that is usual there. Where four are, which is
 * what tests have (`vite.config.ts`), kernels that share among eight are left out.
 */
export function testOcts(ops: string[]): void {
  let device: Device;
  beforeAll(async () => {
    device = await mustOpen(gpu());
  });
  for (const c of ops.flatMap((op) => defined(opCases[op]))) {
    if (c.shaderF16) continue;
    test(`${c.name}, among eight`, async ({ skip }) => {
      if (!device.octs) skip('on this adapter eight neighbours are no subgroup');
      expect((await judge(device, c)).problems).toEqual([]);
    });
  }
}

/** Declares the tests of every case of these ops, in every form that it is for. */
export function testOps(ops: string[]): void {
  let device: Device;
  let processor: Device;
  beforeAll(async () => {
    device = await mustOpen(gpu());
    processor = await mustOpen(here());
  });

  for (const op of ops) {
    const cases = defined(opCases[op]);
    describe(op, () => {
      test('names its cases apart', () => {
        expect(new Set(cases.map((c) => c.name)).size).toBe(cases.length);
      });
      for (const c of cases) {
        test(c.name, async ({ skip }) => {
          if (c.shaderF16 && !device.gpu.features.has('shader-f16')) skip('this adapter has no shader-f16');
          expect((await judge(device, c)).problems).toEqual([]);
        });
        if (!c.shaderF16)
          test(`${c.name}, on the processor`, async () => {
            expect((await judge(processor, c)).problems).toEqual([]);
            expect(processor.errors).toEqual([]);
          });
        for (const form of c.everyForm ? formsIn(c) : []) {
          test(`${c.name}, as ${form}`, async ({ skip }) => {
            if (form.startsWith('half') && !device.gpu.features.has('shader-f16')) skip('this adapter has no shader-f16');
            expect(await judgeForm(device, c, form)).toEqual([]);
          });
        }
        if (!recordCase(c).program.entries.some(({ kernel }) => kernel.quadText)) continue;
        test(`${c.name}, without quads`, async ({ skip }) => {
          if (!device.quads) skip('this adapter has no quads: the test above was this one');
          if (c.shaderF16 && !device.gpu.features.has('shader-f16')) skip('this adapter has no shader-f16');
          device.quads = false;
          try {
            expect((await judge(device, c)).problems).toEqual([]);
          } finally {
            device.quads = true;
          }
        });
      }
    });
  }
}
