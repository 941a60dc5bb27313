import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { vi } from 'vitest';
import { readResult } from '../records/study';
import type { RunRecord, RunSpec } from '../train/protocol';

/** Trains a grid on the processor, below a folder, by the command's `main`; finds a spec's run by method and seed, as a page sends it. */
export async function trainedGrid(main: (argv: string[]) => Promise<number>, at: (...path: string[]) => string, grid: object): Promise<(spec: RunSpec) => RunRecord> {
  writeFileSync(at('grid.json'), JSON.stringify(grid));
  for (const stream of ['log', 'error'] as const) vi.spyOn(console, stream).mockImplementation(() => {});
  await main(['study', 'run', at('trained'), '--spec', at('grid.json'), '--device', 'wasm']);
  vi.restoreAllMocks();
  const trained = readdirSync(at('trained', 'results')).map((file) => readResult(readFileSync(at('trained', 'results', file), 'utf8'), file).run);
  return (spec) => ({ ...structuredClone(trained.find(({ spec: { method, train } }) => method.method === spec.method.method && train.seed === spec.train.seed)!), state: 'done', spec: { ...spec, id: `run of ${spec.name}` } });
}
