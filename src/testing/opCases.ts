import { checkOp, recordCase, type OpCase, type OpResult } from './checkOp';
import type { Device } from '../engine/device';

/** The cases of every op, by the name of its file; a new op's `src/ops/NAME.cases.ts` is found by itself. */
export const opCases: Record<string, OpCase[]> = Object.fromEntries(
  Object.entries(import.meta.glob<{ cases: OpCase[] }>('../ops/*.cases.ts', { eager: true })).map(([path, module]) => [
    path.replace(/^.*\/|\.cases\.ts$/g, ''),
    module.cases,
  ]),
);

/**
 * Allowed errors, relative to the largest value of the array. Outputs are sums of at most some hundred products in
 * f32 (2^-24 = 6e-8 each), gradients sums over sums; what exceeds these bounds is a bug, not rounding.
 */
const TOLERANCE = 2e-6;
const GRAD_TOLERANCE = 1e-5;

/** Relative error of products whose operands are rounded to f16 (2^-11), and of gradients through two of them. */
const HALF_TOLERANCE = 4e-3;

/** Runs a case with one form pinned for every dispatch that has it. */
export async function judgeForm(device: Device, c: OpCase, form: string): Promise<string[]> {
  const { choices } = device;
  device.choices = { product: [form], randlora: [form], attention: [form] };
  try {
    const rounded = form.startsWith('half') ? { tolerance: HALF_TOLERANCE, gradTolerance: HALF_TOLERANCE } : {};
    return (await judge(device, { ...c, ...rounded })).problems;
  } finally {
    device.choices = choices;
  }
}

/** Names of the forms that the dispatches of a case have. */
export const formsIn = (c: OpCase): string[] => [...new Set(recordCase(c).program.entries.flatMap(({ forms }) => Object.keys(forms?.of ?? {})))];

/** Runs a case and returns what is wrong with the result, empty when nothing is. */
export async function judge(device: Device, c: OpCase): Promise<{ result: OpResult; problems: string[] }> {
  const result = await checkOp(device, c);
  const problems: string[] = [];
  const bound = (what: string, error: number, allowed: number) => {
    if (!(error <= allowed)) problems.push(`${what}: error ${error.toExponential(2)}, allowed ${allowed.toExponential(2)}`);
  };
  bound('forward', result.forward, c.tolerance ?? TOLERANCE);
  for (const [name, error] of Object.entries(result.gradients)) bound(`gradient of ${name}`, error, c.gradTolerance ?? GRAD_TOLERANCE);
  for (const kernel of c.lacks ?? []) if (result.kernels.includes(kernel)) problems.push(`ran ${kernel}`);
  for (const kernel of c.uses ?? []) if (!result.kernels.includes(kernel)) problems.push(`ran ${result.kernels.join(', ')}, not ${kernel}`);
  return { result, problems };
}

/** The first cases that together run every kernel, in each mode and stage, that any case runs without shader-f16. */
export function representativeCases(): OpCase[] {
  const seen = new Set<string>();
  return Object.values(opCases)
    .flat()
    .filter((c) => {
      if (c.shaderF16) return false;
      const fresh = recordCase(c)
        .program.entries.map(({ kernel, overrides }) => `${kernel.name} ${overrides.MODE ?? overrides.STAGE ?? ''}`)
        .filter((key) => !seen.has(key));
      fresh.forEach((key) => seen.add(key));
      return fresh.length > 0;
    });
}
