import { expect, test } from 'vitest';
import { mustOpen } from '../testing/checkOp';
import { refusing } from '../testing/chaos/refusing';
import { gpu } from '../testing/dawn';
import { isDevice, openDevice } from './device';
import { kernel } from './kernel';
import { Machine } from './machine';
import { Recorder } from './record';
import { timeProgram } from './timing';

/** A kernel that no other test has compiled. */
const increment = kernel(
  'increment.refused',
  `@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) gid: vec3<u32>) {
  if (gid.x < 4u) { out[gid.x] += 1.0; }
}`,
);

function counting() {
  const rec = new Recorder();
  const counter = rec.declare('state', 'counter', [4]);
  const program = rec.program('count', () => rec.emit(increment, { tensors: { out: counter }, grid: [1] }));
  return { rec, counter, program };
}

test.each(['buffer', 'buffer, thrown', 'map', 'pipeline'] as const)('a device of which any %s is refused while it is looked at opens, with nothing left of that', async (kind) => {
  const counted = refusing(gpu(), null);
  const whole = await mustOpen(counted.gpu);
  whole.destroy();
  for (let n = 0; n < counted.asked[kind]; n++) {
    const { gpu: refuses, refused, living, scopes } = refusing(gpu(), kind, n);
    const device = await openDevice(refuses);
    if (!isDevice(device)) throw new Error(device.message);
    expect({ refused: refused(), quads: device.quads && device.octs, errors: device.errors, living: living(), scopes: scopes() }).toEqual({ refused: true, quads: false, errors: [], living: [], scopes: 0 });
    device.destroy();
  }
});

test('a module that is refused is said, leaves nothing open, and is made by the next who asks', async () => {
  const device = await mustOpen(gpu());
  const create = device.gpu.createShaderModule;
  let depth = 0;
  const [push, pop] = [device.gpu.pushErrorScope, device.gpu.popErrorScope];
  Object.assign(device.gpu, {
    pushErrorScope: (filter: GPUErrorFilter) => (depth++, push.call(device.gpu, filter)),
    popErrorScope: () => (depth--, pop.call(device.gpu)),
    createShaderModule: () => {
      throw new RangeError('no memory for it');
    },
  });
  const { rec, counter, program } = counting();
  await expect(Machine.build(device, rec)).rejects.toMatchObject({ name: 'EngineError', kind: 'shader' });
  expect({ depth, ledger: device.ledger, errors: device.errors }).toEqual({ depth: 0, ledger: {}, errors: [] });
  Object.assign(device.gpu, { createShaderModule: create.bind(device.gpu) });
  const machine = await Machine.build(device, rec);
  await machine.run(program);
  expect([...(await machine.readF32(counter))]).toEqual([1, 1, 1, 1]);
  device.destroy();
});

test.each(['buffer', 'buffer, thrown', 'query set'] as const)('a program is not timed where any %s for that is refused, and can be run', async (kind) => {
  const { rec, counter, program } = counting();
  const counted = refusing(gpu(), null);
  const device = await mustOpen(counted.gpu);
  const machine = await Machine.build(device, rec);
  const before = counted.asked[kind];
  const found = await timeProgram(machine, program);
  device.destroy();
  if (!found) return; // no timestamps here
  for (let n = before; n < counted.asked[kind]; n++) {
    const refusal = refusing(gpu(), kind, n);
    const scarce = await mustOpen(refusal.gpu);
    const one = await Machine.build(scarce, rec);
    const ledger = { ...scarce.ledger };
    expect(await timeProgram(one, program)).toBe(null);
    expect({ refused: refusal.refused(), ledger: scarce.ledger, errors: scarce.errors, scopes: refusal.scopes(), left: refusal.living().includes('timestamps') }).toEqual({ refused: true, ledger, errors: [], scopes: 0, left: false });
    await one.run(program);
    expect([...(await one.readF32(counter))]).toEqual([1, 1, 1, 1]);
    scarce.destroy();
  }
});
