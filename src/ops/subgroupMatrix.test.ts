import { expect, test } from 'vitest';
import { usableMatrices } from '../engine/device';
import type { Kernel } from '../engine/kernel';
import { Machine } from '../engine/machine';
import { Recorder } from '../engine/record';
import { noStep } from '../engine/step';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/dawn';
import { product, type Mode } from './product';
import { tiles } from './productForms';

// No software adapter has subgroup matrices; Dawn's null backend runs nothing, but checks modules and pipelines as Chromium does.
test.for(Object.entries(tiles.matrix.kernels))('the product by subgroup matrices is valid, weights in %s', async ([, kernel], { skip }) => {
  const adapter = await gpu(['backend=null', 'enable-dawn-features=allow_unsafe_apis']).requestAdapter();
  const feature = 'chromium-experimental-subgroup-matrix' as GPUFeatureName;
  if (!adapter?.features.has(feature)) return skip('this build of Dawn has no null backend with subgroup matrices: the kernel was NOT checked');
  const device = await adapter.requestDevice({ requiredFeatures: [feature, 'subgroups', 'shader-f16'] as GPUFeatureName[] });
  const module = device.createShaderModule({ code: kernel.text });
  expect((await module.getCompilationInfo()).messages.map((m) => `${m.lineNum}: ${m.message}`)).toEqual([]);
  for (const MODE of [0, 1, 2, 3]) {
    for (const more of [{}, { ACT: 1, GATE: 1, BIAS: 1, PRE: 1, RESIDUAL: 1, STATS: 1 }] as Record<string, number>[]) {
      await device.createComputePipelineAsync({ layout: 'auto', compute: { module, constants: { MODE, ...more } } });
    }
  }
});

/** The kernel with matrices in plain WGSL, which each invocation has for itself: what is loaded, multiplied and stored where. */
function plainly(kernel: Kernel): Kernel {
  const text = kernel.text
    .replace(/^(enable|diagnostic).*\n/gm, '')
    .replace(/subgroup_matrix_\w+<[^>]*>/g, 'array<f32, 64>')
    .replace(/subgroupMatrix(Load|Store)<[^>]*>\(&(\w+), /g, 'matrix$1_$2(')
    .replace(/subgroupMatrixMultiplyAccumulate/g, 'matrix_multiply');
  const load = (from: string) => `
fn matrixLoad_${from}(at: u32, stride: u32) -> array<f32, 64> {
  var m: array<f32, 64>;
  for (var i = 0u; i < 64u; i++) { m[i] = ${from}[at + i / 8u * stride + i % 8u]; }
  return m;
}`;
  return {
    ...kernel,
    text: `${text}${load('xs')}${load('ws')}
fn matrixStore_sums(at: u32, m: array<f32, 64>, stride: u32) {
  for (var i = 0u; i < 64u; i++) { sums[at + i / 8u * stride + i % 8u] = m[i]; }
}
fn matrix_multiply(l: array<f32, 64>, r: array<f32, 64>, sum: array<f32, 64>) -> array<f32, 64> {
  var m = sum;
  for (var i = 0u; i < 64u; i++) {
    for (var k = 0u; k < 8u; k++) { m[i] += l[i / 8u * 8u + k] * r[k * 8u + i % 8u]; }
  }
  return m;
}`,
  };
}

test('the product by subgroup matrices, its matrices in plain WGSL, is exact on whole numbers', async () => {
  const device = await mustOpen(gpu());
  device.choices = { product: ['matrix'] };
  const [M, N, K] = [68, 36, 20]; // more than a tile and a step
  const whole = (count: number, seed: number) => Float32Array.from({ length: count }, (_, i) => ((Math.imul(i + seed, 2_654_435_761) >>> 20) % 9) - 4);
  const [x, w] = [whole(M * K, 1), whole(K * N, 7)];
  for (const mode of ['nn', 'nt', 'tn', 'tt'] as Mode[]) {
    const rec = new Recorder({ matrix: true });
    const [left, right, out] = [rec.declare('input', 'x', [M * K]), rec.declare('input', 'w', [K * N]), rec.declare('output', 'out', [M, N])];
    const program = rec.program(mode, () => product({ mode, x: left, weight: right, out, M, N, K }));
    const form = program.entries[0]!.forms!.of.matrix!;
    form.kernel = plainly(form.kernel);
    const machine = await Machine.build(device, rec);
    machine.write(left, x);
    machine.write(right, w);
    machine.setStep(noStep);
    await machine.run(program);
    const got = await machine.readF32(out);
    const at = (m: number, k: number) => x[mode[0] === 't' ? k * M + m : m * K + k]!;
    const by = (k: number, n: number) => w[mode[1] === 't' ? n * K + k : k * N + n]!;
    const want = Float32Array.from({ length: M * N }, (_, i) => Array.from({ length: K }, (_, k) => at(Math.floor(i / N), k) * by(k, i % N)).reduce((a, b) => a + b, 0));
    expect(got.findIndex((v, i) => v !== want[i]), mode).toBe(-1);
    expect(machine.formOf(program, 0).name).toBe('matrix');
    machine.destroy();
  }
});

test('matrices are taken in the one shape that the kernel has', () => {
  const apple = { subgroupMinSize: 32, subgroupMaxSize: 32, subgroupMatrixConfigs: [{ componentType: 'f32', resultComponentType: 'f32', M: 8, N: 8, K: 8 }] };
  expect(usableMatrices(apple)).toBe(true);
  expect(usableMatrices({ ...apple, subgroupMinSize: 8 })).toBe(false);
  expect(usableMatrices({ ...apple, subgroupMatrixConfigs: [{ componentType: 'f16', resultComponentType: 'f32', M: 16, N: 16, K: 16 }] })).toBe(false);
  expect(usableMatrices({})).toBe(false);
});
