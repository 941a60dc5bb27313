import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { named } from '../bench/entries';
import { ratio, spread } from '../bench/numbers';
import type { Row } from '../bench/report';

const run = promisify(execFile);

/**
 * PyTorch's row beside those of an entry on the processor: the same sizes with numbers of its own, after the others and not in
 * turn with them. None where the entry is not measured so; a row that says what to install where its own products are slow.
 */
export async function torchRow(python: string, name: string, { threads, rounds, rows }: { threads: number; rounds: number; rows: Row[] }): Promise<Row[]> {
  const { group, entry } = named.find((one) => one.name === name)!;
  if (!entry.torch) return [];
  const row: Row = { group: group.name, entry: entry.name, contestant: 'PyTorch', problem: '' };
  try {
    const each = String(threads);
    // Its own threads and those of its BLAS take the same cores: where they wait by turning, a step of a ViT takes three times as long.
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', OMP_NUM_THREADS: each, OPENBLAS_NUM_THREADS: each, MKL_NUM_THREADS: each, OMP_WAIT_POLICY: 'passive' };
    const { stdout } = await run(python, [join(import.meta.dirname, 'python/bench.py'), each, String(rounds), ...entry.torch], { env });
    const { times, about, unfair } = JSON.parse(stdout) as { times: number[]; about: string; unfair?: string };
    if (unfair) return [{ ...row, problem: unfair }];
    const ours = rows.find((one) => one.gflops && one.ms);
    const base = rows.find(({ contestant }) => contestant === group.baseline);
    const ms = spread(times);
    return [{ ...row, note: `${about}; after the others`, ms, times, ...(base?.times && { time_ratio: ratio(times, base.times) }), ...(ours && { gflops: (ours.gflops! * ours.ms!.median) / ms.median }) }];
  } catch (error) {
    return [{ ...row, problem: (error as Error).message.trim().split('\n').at(-1)!.slice(0, 200) }];
  }
}
