import { engine, open, recorderFor } from '../engine';
import { OURS, PEAK, type Contestant, type Entry, type Group } from '../entry';
import { emitCopy, emitLoop, TURN } from '../loops';
import { relativeError } from '../numbers';

/** The loop with at least `flop` of arithmetic. */
export function peakFor(flop: number): Contestant {
  const turns = Math.ceil(flop / TURN);
  return {
    name: PEAK,
    flop: turns * TURN,
    start: (setup) =>
      engine(setup, (device) => {
        const rec = recorderFor(device);
        const x = rec.declare('input', 'x', [2, 4]);
        const program = rec.program('peak', () => emitLoop(rec, setup.place === 'processor', turns, x));
        return { rec, programs: [program], values: { x: Float32Array.of(0.5, 0.6, 0.7, 0.8, 1, 1, 1, 1) } };
      }),
  };
}

const arithmetic: Entry = { name: 'multiply-adds', flop: 256 * TURN, contestants: [peakFor(256 * TURN)] };

/** A copy that reads and writes `moved` bytes in all: what a kernel that moves as much could do. */
export function copyPeakFor(moved: number): Contestant {
  const count = moved / 8;
  return {
    name: PEAK,
    start: (setup) =>
      engine(setup, (device) => {
        const rec = recorderFor(device);
        const x = rec.declare('input', 'x', [count]);
        const out = rec.declare('output', 'out', [count]);
        const program = rec.program('copy', () => emitCopy(rec, x, out, count));
        return { rec, programs: [program], values: { x: numbers(count) }, out };
      }),
  };
}

const numbers = (count: number) => new Float32Array(count).map((_, i) => i % 1009);

/** f32 values that are copied: 64 MiB. */
const COUNT = 16 * 2 ** 20;

const copies: Entry = {
  name: 'copy of 64 MiB',
  moved: 2 * 4 * COUNT,
  check: (result) => relativeError(result, numbers(COUNT)),
  tolerance: 0,
  contestants: [
    { ...copyPeakFor(2 * 4 * COUNT), name: OURS },
    {
      name: 'copyBufferToBuffer',
      async start(setup) {
        const device = await open(setup);
        const { gpu } = device;
        const make = (usage: number) => device.createBuffer('copy', 'input', 4 * COUNT, usage);
        const [from, to] = [make(0x4 | 0x8), make(0x4 | 0x8)]; // COPY_SRC | COPY_DST
        gpu.queue.writeBuffer(from, 0, numbers(COUNT));
        return {
          async step() {
            const encoder = gpu.createCommandEncoder();
            encoder.copyBufferToBuffer(from, 0, to, 0, 4 * COUNT);
            gpu.queue.submit([encoder.finish()]);
            await device.wait(gpu.queue.onSubmittedWorkDone());
          },
          stop: () => device.destroy(),
        };
      },
    },
  ],
};

export const peak: Group = { name: 'peak', title: 'What the adapter reaches: a loop of multiply-adds in registers, and copies', baseline: 'copyBufferToBuffer', entries: [arithmetic, copies] };
