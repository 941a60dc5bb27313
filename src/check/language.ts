import workgroupSource from '#shaders/check_workgroup.wgsl?raw';
import type { Device } from '../engine/device';
import { kernel } from '../engine/kernel';
import { runThrice } from './run';

export const workgroup = kernel('check_workgroup', workgroupSource);
const GROUPS = 1000;

/** Barriers, zeroed workgroup memory, the ends of its arrays, private arrays indexed at run time. Throws with what is wrong. */
export async function checkWorkgroups(device: Device): Promise<void> {
  for (const N of [64, 128, 256]) {
    if (N > (device.report.limits.maxComputeInvocationsPerWorkgroup ?? 256)) continue;
    const [out] = await runThrice(device, (rec) => {
      const t = rec.temp('out', [GROUPS, 4], false, 'u32');
      rec.emit(workgroup, { tensors: { out: t }, params: { groups: GROUPS }, overrides: { N }, grid: [GROUPS] });
      return { inputs: [], outputs: [t] };
    });
    for (let w = 0; w < GROUPS; w++) {
      const [sum, zero, last, own] = out.subarray(4 * w);
      const at = `in workgroup ${w} of ${N} invocations`;
      if (sum !== (N * (N + 1)) / 2 + N * w) throw new Error(`a sum over barriers is wrong ${at}`);
      if (zero !== 0) throw new Error(`workgroup memory did not start at zero ${at}`);
      if (last !== 3 * (N - 1) + w) throw new Error(`the last element of a workgroup array is wrong ${at}`);
      if (own !== ((w + GROUPS) % 16) ** 2 + w) throw new Error(`a private array indexed at run time is wrong ${at}`);
    }
  }
}
