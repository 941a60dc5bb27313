import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes that JavaScript holds: its heap, and the buffers outside of it. */
const holding = (): number => {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

/** Throws away what nobody holds any more. */
function clear(): void {
  setFlagsFromString('--expose_gc');
  (runInNewContext('gc') as () => void)();
}

/** Bytes that JavaScript holds after garbage was collected. */
export function held(): number {
  clear();
  return holding();
}

/** Runs `work` and tells by how much what is held grew at the worst moment. */
export async function growth(work: () => Promise<void>): Promise<number> {
  clear();
  const before = holding();
  let peak = before;
  const look = () => (peak = Math.max(peak, holding()));
  const timer = setInterval(look, 5);
  try {
    await work();
    look();
  } finally {
    clearInterval(timer);
  }
  return peak - before;
}
