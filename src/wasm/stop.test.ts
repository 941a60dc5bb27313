import { expect, test, vi } from 'vitest';
import { kernel } from '../engine/kernel';
import { Machine } from '../engine/machine';
import { Recorder } from '../engine/record';
import { mustOpen } from '../testing/checkOp';
import { here, threadsHere } from './here.node';

const increment = kernel(
  'increment',
  `@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) gid: vec3<u32>) {
  if (gid.x < 4u) { out[gid.x] += 1.0; }
}`,
);
const DISPATCHES = 30;

test.each([1, 2])('on %i threads a stop waits for the dispatch that runs and for no other until it is known how long each takes', async (threads) => {
  const device = await mustOpen(here(threadsHere(threads)));
  const rec = new Recorder();
  const counter = rec.declare('state', 'counter', [4]);
  const program = rec.program('count', () => {
    for (let i = 0; i < DISPATCHES; i++) rec.emit(increment, { tensors: { out: counter }, grid: [1] });
  });
  const machine = await Machine.build(device, rec);
  const { queue } = device.gpu;
  const submit = queue.submit.bind(queue);
  const stop = new AbortController();
  let pieces = 0;
  vi.spyOn(queue, 'submit').mockImplementation((commands) => {
    submit(commands);
    if (++pieces === 5) stop.abort();
  });
  const piecesOf = async (signal?: AbortSignal): Promise<number> => {
    pieces = 0;
    await machine.run(program, signal).catch((error) => expect(error).toMatchObject({ kind: 'aborted' }));
    await machine.idle();
    return pieces;
  };
  expect(await piecesOf(stop.signal)).toBe(5);
  expect((await machine.readF32(counter))[0]).toBe(5);
  // What has not run yet is gone through one by one.
  expect(await piecesOf()).toBeGreaterThan(DISPATCHES - 5);
  expect((await machine.readF32(counter))[0]).toBe(5 + DISPATCHES);
  expect(device.errors).toEqual([]);
  device.destroy();
});
