import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What JavaScript holds: its heap, and the buffers outside of it. */
const held = (): number => {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

/** Runs `work` and tells by how much what is held grew at the worst moment. */
export async function growth(work: () => Promise<void>): Promise<number> {
  setFlagsFromString('--expose_gc');
  (runInNewContext('gc') as () => void)();
  const before = held();
  let peak = before;
  const look = () => (peak = Math.max(peak, held()));
  const timer = setInterval(look, 5);
  try {
    await work();
    look();
  } finally {
    clearInterval(timer);
  }
  return peak - before;
}
