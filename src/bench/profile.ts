import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import { Recorder, type Entry, type Program } from '../engine/record';
import { onProcessor } from '../engine/report';
import { noStep } from '../engine/step';
import { timeProgram } from '../engine/timing';
import { defined } from '../numbers/defined';
import { emitCopy, emitLoop, TURN } from './loops';

const MODES = ['nn', 'nt', 'tn', 'tt'];

/** A product's sizes and its arithmetic in FLOP; null for other kernels. */
function productOf({ params, overrides, grid }: Entry, kernel: string): { shape: string; flop: number } | null {
  if (!/^matmul(\.|$)/.test(kernel)) return null;
  const { M, N, K } = params;
  const batch = grid[2] ?? 1;
  const mode = overrides.MODE === undefined ? '' : ` ${MODES[Number(overrides.MODE)]}`;
  return { shape: `${kernel}${mode} ${batch > 1 ? `${batch} x ` : ''}${M}x${N}x${K}`, flop: 2 * M! * N! * K! * batch };
}

/** Values that are copied. */
const COPIED = 4 * 2 ** 20;

/** What a device reaches where nothing else is in the way: FLOP a nanosecond in a loop of multiply-adds, bytes a nanosecond in a copy. */
async function rates(device: Device): Promise<{ flop: number; bytes: number }> {
  const rec = new Recorder();
  const turns = 64;
  const program = rec.program('rates', () => {
    emitLoop(rec, onProcessor(device.report), turns, rec.declare('input', 'x', [2, 4]));
    emitCopy(rec, rec.declare('input', 'from', [COPIED]), rec.declare('output', 'to', [COPIED]), COPIED);
  });
  const machine = await Machine.build(device, rec);
  try {
    machine.setStep(noStep);
    const best = [Infinity, Infinity];
    for (let i = 0; i < 5; i++) (await timeProgram(machine, program))?.forEach(({ ns }, at) => (best[at] = Math.min(defined(best[at]), ns)));
    return { flop: (turns * TURN) / defined(best[0]), bytes: (2 * 4 * COPIED) / defined(best[1]) };
  } finally {
    machine.destroy();
  }
}

/** Bytes of what a dispatch binds, each buffer once: at least so many are read or written. */
const bytesOf = ({ tensors }: Entry): number => [...new Set(Object.values(tensors).map(({ storage }) => storage))].reduce((sum, { role, bytes }) => sum + (role === 'uniform' ? 0 : bytes), 0);

interface Sum {
  ns: number;
  flop: number;
  bytes: number;
  count: number;
  /** Time that arithmetic and bytes allow, dispatch by dispatch. */
  least: number;
}

/**
 * Time of each kernel in one run of a program, by timestamp queries; products by shape. Beside it the arithmetic and the bytes of what
 * it binds, and the time that these allow: the longer of the two at the rates that the device reaches in a loop of multiply-adds and in a copy.
 * A line of text per kernel or shape; one line that says so where the adapter has no timestamps.
 */
export async function profile(machine: Machine, program: Program, name: string): Promise<string> {
  const times = await timeProgram(machine, program);
  if (!times) return `${name}: this adapter has no timestamp queries`;
  const most = await rates(machine.device);
  const total = times.reduce((n, t) => n + t.ns, 0);
  const by = new Map<string, Sum>();
  for (const t of times) {
    const entry = defined(program.entries[t.index]);
    const found = productOf(entry, t.kernel);
    const key = found?.shape ?? t.kernel;
    const sum = by.get(key) ?? { ns: 0, flop: 0, bytes: 0, count: 0, least: 0 };
    const flop = found?.flop ?? 2 * (entry.work ?? 0);
    const bytes = bytesOf(entry);
    by.set(key, { ns: sum.ns + t.ns, flop: sum.flop + flop, bytes: sum.bytes + bytes, count: sum.count + 1, least: sum.least + Math.max(flop / most.flop, bytes / most.bytes) });
  }
  const ms = (ns: number) => (ns / 1e6).toFixed(1).padStart(7);
  const lines = [...by]
    .sort((x, y) => y[1].ns - x[1].ns)
    .map(([key, { ns, flop, bytes, count, least }]) => `  ${((100 * ns) / total).toFixed(1).padStart(5)} %  ${ms(ns)} ms  ${ms(least)} ms allowed  ${String(count).padStart(3)} x  ${key}${flop ? `  ${(flop / ns).toFixed(1)} GFLOP/s` : ''}${ns ? `  ${(bytes / ns).toFixed(1)} GB/s` : ''}`);
  const allowed = [...by.values()].reduce((sum, { least }) => sum + least, 0);
  return [`\n${name}: ${(total / 1e6).toFixed(0)} ms in forward and backward, by kernel; ${(allowed / 1e6).toFixed(0)} ms allowed by ${most.flop.toFixed(0)} GFLOP/s in a loop of multiply-adds and ${most.bytes.toFixed(1)} GB/s in a copy`, ...lines].join('\n');
}
