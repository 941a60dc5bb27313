import { vi } from 'vitest';

/** Traffic that a piece of work caused on the queue: submits, those of them that only copy, and buffers mapped to be read. */
export interface Traffic {
  submits: number;
  copies: number;
  reads: number;
}

/** Counts what `body` does with WebGPU; the calls go through as they are. */
export async function traffic<T>(body: () => Promise<T>): Promise<{ result: T; traffic: Traffic }> {
  const submits = vi.spyOn(GPUQueue.prototype, 'submit');
  const passes = vi.spyOn(GPUCommandEncoder.prototype, 'beginComputePass');
  const maps = vi.spyOn(GPUBuffer.prototype, 'mapAsync');
  try {
    const result = await body();
    const [all, ran, reads] = [submits, passes, maps].map((spy) => spy.mock.calls.length) as [number, number, number];
    return { result, traffic: { submits: all, copies: all - ran, reads } };
  } finally {
    for (const spy of [submits, passes, maps]) spy.mockRestore();
  }
}
