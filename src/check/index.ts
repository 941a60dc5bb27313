import type { Device } from '../engine/device';
import { checkAttention } from './attention';
import { checkWorkgroups } from './language';
import { checkBroken, checkExtremes, checkGradients, checkHalves } from './numbers';
import { checkProducts } from './products';
import { checkRandlora } from './randlora';
import { measureProduct } from './speed';
import { tune, type Tuning } from './tune';

/** Results of the device self-test. */
export interface SelfTest {
  /** Every check came out right. */
  ok: boolean;
  /** `problem` is empty where it came out right. */
  checks: { name: string; problem: string; ms: number }[];
  /** GFLOP/s of a product 512 x 512 x 512. */
  gflops: number;
  slow: boolean;
  /** Neighbouring invocations pass each other values. */
  quads: boolean;
  /** Tiles of the products, chosen by timing. */
  tuning?: Tuning;
}

/** The checks, each named by what does not work when it fails. */
const checks: [name: string, run: (device: Device) => Promise<void>][] = [
  ['workgroups: barriers, zeroed memory, arrays', checkWorkgroups],
  ['matrix products, exact in every form', checkProducts],
  ['attention and its gradients, in the forms chosen here', checkAttention],
  ["RandLoRA's weights and gradients, exact", checkRandlora],
  ['half-precision weights, all 65,536 codes', checkHalves],
  ['broken numbers are seen', checkBroken],
  ['activations and softmax at their ends', checkExtremes],
  ['gradients with frozen and trained layers', checkGradients],
];

/** Below this many GFLOP/s a device is called slow. */
const SLOW_BELOW = 10;
/** Time to try tiles on an adapter where nothing else takes a second either. */
const SOFTWARE_TUNING_MS = 10_000;

/**
 * Tries what drivers are known to get silently wrong, through the kernels that training uses; each program runs three
 * times and must give the same bits. A few small dispatches: under a second on a graphics card.
 */
export async function selfTest(device: Device, progress: (done: number, total: number) => void = () => {}): Promise<SelfTest> {
  const results: SelfTest['checks'] = [];
  const total = checks.length + 2;
  const attempt = async (name: string, run: () => Promise<void>) => {
    const from = performance.now();
    let problem = '';
    try {
      await run();
      device.check();
    } catch (error) {
      // A lost device is no verdict on the check.
      if (device.lost) throw error;
      problem = (error as Error).message;
      device.errors.splice(0);
    }
    results.push({ name, problem, ms: performance.now() - from });
    progress(results.length, total);
  };
  for (const [name, run] of checks) await attempt(name, () => run(device));
  let gflops = 0;
  await attempt('clock and timestamps', async () => void (gflops = await measureProduct(device)));
  let tuning: Tuning | undefined;
  await attempt('tiles of the products', async () => void (tuning = await tune(device, device.report.software ? SOFTWARE_TUNING_MS : undefined)));
  return { ok: results.every((check) => check.problem === ''), checks: results, gflops, slow: gflops < SLOW_BELOW, quads: device.quads, ...(tuning && { tuning }) };
}
