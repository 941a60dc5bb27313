import type { Machine } from '../engine/machine';
import type { Entry, Program } from '../engine/record';
import { timeProgram } from '../engine/timing';
import { defined } from '../numbers/defined';

const MODES = ['nn', 'nt', 'tn', 'tt'];

/** A product's sizes and its arithmetic in FLOP; null for other kernels. */
function productOf({ params, overrides, grid }: Entry, kernel: string): { shape: string; flop: number } | null {
  if (!/^matmul(\.|$)/.test(kernel)) return null;
  const { M, N, K } = params;
  const batch = grid[2] ?? 1;
  const mode = overrides.MODE === undefined ? '' : ` ${MODES[Number(overrides.MODE)]}`;
  return { shape: `${kernel}${mode} ${batch > 1 ? `${batch} x ` : ''}${M}x${N}x${K}`, flop: 2 * M! * N! * K! * batch };
}

/**
 * Share of each kernel in one run of a program, by timestamp queries; products by shape, with the GFLOP/s they reach.
 * One line of text per kernel or shape; one line that says so where the adapter has no timestamps.
 */
export async function profile(machine: Machine, program: Program, name: string): Promise<string> {
  const times = await timeProgram(machine, program);
  if (!times) return `${name}: this adapter has no timestamp queries`;
  const total = times.reduce((n, t) => n + t.ns, 0);
  const by = new Map<string, { ns: number; flop: number; count: number }>();
  for (const t of times) {
    const found = productOf(defined(program.entries[t.index]), t.kernel);
    const key = found?.shape ?? t.kernel;
    const sum = by.get(key) ?? { ns: 0, flop: 0, count: 0 };
    by.set(key, { ns: sum.ns + t.ns, flop: sum.flop + (found?.flop ?? 0), count: sum.count + 1 });
  }
  const lines = [...by]
    .sort((x, y) => y[1].ns - x[1].ns)
    .map(([key, { ns, flop, count }]) => `  ${((100 * ns) / total).toFixed(1).padStart(5)} %  ${(ns / 1e6).toFixed(1).padStart(7)} ms  ${String(count).padStart(3)} x  ${key}${flop ? `  ${(flop / ns).toFixed(1)} GFLOP/s` : ''}`);
  return [`\n${name}: ${(total / 1e6).toFixed(0)} ms in forward and backward, by kernel`, ...lines].join('\n');
}
