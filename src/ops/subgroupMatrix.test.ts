import { expect, test } from 'vitest';
import { whole } from '../check/run';
import { usableMatrices } from '../engine/device';
import type { Kernel } from '../engine/kernel';
import { Machine } from '../engine/machine';
import { Recorder } from '../engine/record';
import { noStep } from '../engine/step';
import { defined } from '../numbers/defined';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/dawn';
import { product, type Mode } from './product';
import { tiles } from './productForms';

// No software adapter has subgroup matrices; Dawn's null backend runs nothing, but checks modules and pipelines as Chromium does.
const kernels = [tiles.matrix, tiles.halfmatrix].flatMap(({ kernels }) => Object.values(kernels)).map((kernel) => [kernel.name, kernel] as const);
test.for(kernels)('%s is valid', async ([, kernel], { skip }) => {
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

/** The kernel with matrices of this side in plain WGSL, which each invocation has for itself: what is loaded, multiplied and stored where. */
function plainly(kernel: Kernel, side: number): Kernel {
  const all = side * side;
  const text = kernel.text
    .replace(/^(enable chromium|diagnostic).*\n/gm, '')
    .replace(/subgroup_matrix_(left|right)<[^>]*>/g, `array<factor, ${all}>`)
    .replace(/subgroup_matrix_result<[^>]*>/g, `array<f32, ${all}>`)
    .replace(/subgroupMatrix(Load|Store)<[^>]*>\(&(\w+), /g, 'matrix$1_$2(')
    .replace(/subgroupMatrixMultiplyAccumulate/g, 'matrix_multiply');
  const load = (from: string) => `
fn matrixLoad_${from}(at: u32, stride: u32) -> array<factor, ${all}> {
  var m: array<factor, ${all}>;
  for (var i = 0u; i < ${all}u; i++) { m[i] = ${from}[at + i / ${side}u * stride + i % ${side}u]; }
  return m;
}`;
  return {
    ...kernel,
    text: `${text}${load('xs')}${load('ws')}
fn matrixStore_sums(at: u32, m: array<f32, ${all}>, stride: u32) {
  for (var i = 0u; i < ${all}u; i++) { sums[at + i / ${side}u * stride + i % ${side}u] = m[i]; }
}
fn matrix_multiply(l: array<factor, ${all}>, r: array<factor, ${all}>, sum: array<f32, ${all}>) -> array<f32, ${all}> {
  var m = sum;
  for (var i = 0u; i < ${all}u; i++) {
    for (var k = 0u; k < ${side}u; k++) { m[i] += f32(l[i / ${side}u * ${side}u + k]) * f32(r[k * ${side}u + i % ${side}u]); }
  }
  return m;
}`,
  };
}

// Operands are staged alike for both; with sides of 16 a module compiles for ten seconds here.
test.for([['matrix', 'f32', 8, ['nn', 'nt', 'tn', 'tt']], ['halfmatrix', 'f16', 16, ['nt']]] as const)('the product as %s, its matrices in plain WGSL, is exact on whole numbers', async ([tile, matrix, side, modes], { skip }) => {
  const device = await mustOpen(gpu());
  if (matrix === 'f16' && !device.gpu.features.has('shader-f16')) return skip('this adapter has no shader-f16');
  device.choices = { product: [tile] };
  const [M, N, K] = [68, 36, 20]; // more than a tile and a step
  const [x, w] = [whole(M * K, 1), whole(K * N, 7)];
  for (const mode of modes satisfies readonly Mode[]) {
    const rec = new Recorder({ matrices: [matrix] });
    const [left, right, out] = [rec.declare('input', 'x', [M * K]), rec.declare('input', 'w', [K * N]), rec.declare('output', 'out', [M, N])];
    const program = rec.program(mode, () => product({ mode, x: left, weight: right, out, M, N, K }));
    const form = defined(defined(program.entries[0]).forms!.of[tile]);
    form.kernel = plainly(form.kernel, side);
    const machine = await Machine.build(device, rec);
    machine.write(left, x);
    machine.write(right, w);
    machine.setStep(noStep);
    await machine.run(program);
    const got = await machine.readF32(out);
    const at = (m: number, k: number) => defined(x[mode[0] === 't' ? k * M + m : m * K + k]);
    const by = (k: number, n: number) => defined(w[mode[1] === 't' ? n * K + k : k * N + n]);
    const want = Float32Array.from({ length: M * N }, (_, i) => Array.from({ length: K }, (_, k) => at(Math.floor(i / N), k) * by(k, i % N)).reduce((a, b) => a + b, 0));
    expect(got.findIndex((v, i) => v !== want[i]), mode).toBe(-1);
    expect(machine.formOf(program, 0).name).toBe(tile);
    machine.destroy();
  }
});

test('matrices are taken in the two shapes that the kernel has', () => {
  const of = (componentType: string, resultComponentType: string, side: number) => ({ subgroupMinSize: 32, subgroupMaxSize: 32, subgroupMatrixConfigs: [{ componentType, resultComponentType, M: side, N: side, K: side }] });
  const [apple, nvidia] = [of('f32', 'f32', 8), of('f16', 'f32', 16)];
  expect(usableMatrices(apple, [])).toEqual(['f32']);
  expect(usableMatrices({ ...apple, subgroupMinSize: 8 }, [])).toEqual([]);
  expect(usableMatrices(nvidia, ['shader-f16'])).toEqual(['f16']);
  expect(usableMatrices(nvidia, [])).toEqual([]);
  expect(usableMatrices(of('f16', 'f16', 8), ['shader-f16'])).toEqual([]);
  expect(usableMatrices({}, ['shader-f16'])).toEqual([]);
});
