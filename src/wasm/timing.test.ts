import { expect, test } from 'vitest';
import { kernel } from '../engine/kernel';
import { Machine } from '../engine/machine';
import { Recorder } from '../engine/record';
import { timeProgram } from '../engine/timing';
import { mustOpen } from '../testing/checkOp';
import { here, threadsHere } from './here.node';

const loop = kernel(
  'loop',
  `struct Params { turns: u32 }
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<uniform> p: Params;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) gid: vec3<u32>) {
  var sum = out[gid.x];
  for (var i = 0u; i < p.turns; i++) { sum = sum * 0.5 + 1.0; }
  out[gid.x] = sum;
}`,
);

test.each([1, 2])('on %i threads each dispatch has its time, and does what it does without', async (threads) => {
  const device = await mustOpen(here(threadsHere(threads)));
  const rec = new Recorder();
  const out = rec.declare('state', 'out', [64 * 64]);
  const turns = [10, 20_000, 10];
  const program = rec.program('loops', () => {
    for (const count of turns) rec.emit(loop, { tensors: { out }, params: { turns: count }, grid: [64] });
  });
  const machine = await Machine.build(device, rec);
  await machine.run(program);
  await machine.idle();
  const before = performance.now();
  const times = (await timeProgram(machine, program))!;
  const ms = performance.now() - before;
  expect(times.map(({ index, kernel }) => [index, kernel])).toEqual([[0, 'loop'], [1, 'loop'], [2, 'loop']]);
  const [first, second, third] = times.map(({ ns }) => ns);
  // Two thousand times the work of its neighbours.
  expect(second).toBeGreaterThan(Math.max(first!, third!));
  expect(first! + second! + third!).toBeLessThanOrEqual(1e6 * ms);
  expect((await machine.readF32(out))[5]).toBe(2);
  expect(device.errors).toEqual([]);
  device.destroy();
});
