import { Worker } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import type { Device } from '../engine/device';
import { kernel } from '../engine/kernel';
import { Machine } from '../engine/machine';
import { Recorder } from '../engine/record';
import { mustOpen } from '../testing/checkOp';
import { tinyData, tinyModel } from '../testing/tiny';
import { completeTrain } from '../train/config';
import { splitBatches } from '../train/feeds';
import type { RunEvent, RunSpec } from '../train/protocol';
import { Session } from '../train/session';
import { runSplits } from '../train/split';
import { here, threadOf, threadsHere } from './here.node';
import type { Threads } from './pool';

const increment = kernel(
  'increment',
  `@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) gid: vec3<u32>) {
  if (gid.x < 4u) { out[gid.x] += 1.0; }
}`,
);

const workers: Worker[] = [];
afterEach(async () => void (await Promise.all(workers.splice(0).map((worker) => worker.terminate()))));

/** A real thread, which does what `fault` says (JavaScript) as batches come, with memory that it shares with the test. */
function faulty(fault: string, shared: { dying?: Int32Array } = {}): Worker {
  const worker = new Worker(
    `const { parentPort, workerData: { dying } } = require('node:worker_threads');
    import(${JSON.stringify(new URL('./thread.mjs', import.meta.url).href)}).then(({ serve }) => serve(
      (listener, unread) => parentPort.on('messageerror', unread).on('message', (message) => {
        if ('batch' in message) { ${fault} }
        listener(message);
      }),
      (message) => parentPort.postMessage(message),
    ));`,
    { eval: true, execArgv: [], workerData: shared },
  );
  workers.push(worker);
  return worker;
}

/** Two threads, of which the second has the fault. */
function threadsWith(fault: string, shared?: { dying: Int32Array }): Threads {
  const { start: sound } = threadsHere(1);
  let started = 0;
  return { count: 2, start: () => (started++ === 0 ? sound() : threadOf(faulty(fault, shared))) };
}

/** A machine that counts its runs. */
async function counting(device: Device) {
  const rec = new Recorder();
  const counter = rec.declare('state', 'counter', [4]);
  const program = rec.program('count', () => {
    for (let i = 0; i < 8; i++) rec.emit(increment, { tensors: { out: counter }, grid: [1] });
  });
  const machine = await Machine.build(device, rec);
  return { read: () => machine.readF32(counter), run: () => machine.run(program) };
}

const faults: [name: string, fault: string, why: RegExp][] = [
  ['throws as a batch comes', `throw new Error('out of luck')`, /out of luck/],
  ['cannot read a batch', `message.commands = [null]`, /null/],
  ['has no memory for a kernel', `message.added = [{}]; WebAssembly.Instance = function () { throw new RangeError('WebAssembly.Instance(): Out of memory'); }`, /Out of memory/],
  ['ends by itself', `process.exit(7)`, /code 7/],
  ['ends within its piece', `const add = Atomics.add; Atomics.add = (...args) => { add(...args); process.exit(7); }`, /code 7/],
  ['gets a message that cannot be read', `parentPort.emit('messageerror', new Error('x')); return`, /could not be read/],
];

test.each(faults)('a thread that %s ends the work, and the device is lost', async (_, fault, why) => {
  const device = await mustOpen(here(threadsWith(`if (message.batch === 3) { ${fault} }`)));
  const counter = await counting(device);
  const work = async () => {
    for (;;) {
      await counter.run();
      await counter.read();
    }
  };
  // Work that is queued at that moment: all of it comes to an end.
  const ends = await Promise.allSettled([work(), work(), work()]);
  for (const end of ends) expect(end).toMatchObject({ status: 'rejected', reason: { kind: 'device-lost' } });
  expect(await device.gpu.lost).toMatchObject({ reason: 'unknown', message: expect.stringMatching(why) as string });
  expect(await device.usable()).toBe(false);
  // And so does what comes later.
  await expect(counter.run().then(() => counter.read())).rejects.toMatchObject({ kind: 'device-lost' });
  device.gpu.queue.submit([device.gpu.createCommandEncoder().finish()]);
  await device.gpu.queue.onSubmittedWorkDone();
  const buffer = device.gpu.createBuffer({ size: 4, usage: 1 | 8 });
  await expect(buffer.mapAsync(1)).rejects.toThrow(why);
  device.destroy();
});

test.each([['throws', `throw new Error('no start')`], ['ends', 'process.exit(1)']])('where a thread %s at its start the work goes by one thread', async (_, fault) => {
  const { start: sound } = threadsHere(1);
  let broken: Worker | undefined;
  const start = () => (broken ? sound() : threadOf((broken = new Worker(fault, { eval: true, execArgv: [] }))));
  const began = performance.now();
  const device = await mustOpen(here({ count: 2, start }));
  // Not by waiting for it.
  expect(performance.now() - began).toBeLessThan(19_000);
  const counter = await counting(device);
  await counter.run();
  expect([...(await counter.read())]).toEqual([8, 8, 8, 8]);
  expect([device.lost, device.errors]).toEqual([null, []]);
  device.destroy();
});

test('a device that is destroyed while it works ends all that waits', async () => {
  for (const threads of [1, 2]) {
    const device = await mustOpen(here(threadsHere(threads)));
    const counter = await counting(device);
    const waiting = Promise.allSettled([counter.run(), counter.read(), counter.read()]);
    device.gpu.destroy();
    await waiting;
    await expect(counter.read()).rejects.toMatchObject({ kind: 'device-lost' });
  }
});

test('a run whose thread dies ends with its checkpoint kept, and goes on from it on a new device to the same losses', async () => {
  const train = completeTrain({ steps: 6, batch: 4, seed: 3, eval_every: 0, checkpoint_every: 2 });
  const spec: RunSpec = { id: 'r', name: 'r', model: 'tiny', data: 'tiny', method: { method: 'linear_probe' }, train };
  const run = async (device: Device, resume: Uint8Array | null, heard: (event: RunEvent) => void = () => {}): Promise<RunEvent[]> => {
    const [model, data] = [await tinyModel(), tinyData()];
    const splits = runSplits(data, train);
    const events: RunEvent[] = [];
    const session = new Session({ spec, model, batches: splitBatches(splits.train, model.preprocess, model.net.image_size, train), splits, classes: data.classes, device, resume }, (event) => {
      events.push(event);
      heard(event);
    });
    await session.run();
    return events;
  };
  const lossesOf = (events: RunEvent[]) => events.flatMap((event) => (event.type === 'step' ? [event.point.loss] : []));
  const whole = lossesOf(await run(await mustOpen(here(threadsHere(1))), null));

  const dying = new Int32Array(new SharedArrayBuffer(4));
  const device = await mustOpen(here(threadsWith('if (Atomics.load(dying, 0)) process.exit(7)', { dying })));
  const first = await run(device, null, (event) => {
    if (event.type === 'checkpoint' && event.step === 4) Atomics.store(dying, 0, 1);
  });
  expect(first.find(({ type }) => type === 'failed')).toMatchObject({ error: { kind: 'device-lost', kept: expect.stringMatching(/step 4/) as string } });
  const checkpoint = first.findLast((event) => event.type === 'checkpoint');
  const next = await run(await mustOpen(here(threadsHere(2))), checkpoint?.bytes ?? null);
  expect(next.at(-1)).toMatchObject({ type: 'finished', reason: 'done' });
  expect([...lossesOf(first).slice(0, 4), ...lossesOf(next)]).toEqual(whole);
});
