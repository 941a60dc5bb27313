import '../testing/octs';
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Device } from '../engine/device';
import { kernel, type Kernel } from '../engine/kernel';
import { compilePipeline } from '../engine/pipelines';
import { Recorder } from '../engine/record';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/dawn';
import { kernels, variants } from '../testing/variants';
import { attention } from './attention';

const folder = new URL('../../shaders/', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, folder), 'utf8');
const names = (path: string) => readdirSync(new URL(path, folder)).filter((name) => name.endsWith('.wgsl'));
const files = names('.');
const libs = names('lib/').map((name) => `lib/${name}`);
const withoutComments = (text: string) => text.replace(/\/\/[^\n]*/g, '');

let device: Device;
/**
 * Dawn's null backend: its checks and its compiler are those of any device, and there is no driver behind them. It asked for no
 * limits, so what compiles here keeps to those of the weakest device: 16 KiB of workgroup memory, 256 invocations, eight buffers.
 */
let checks: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
  const nothing = gpu(['backend=null', 'enable-dawn-features=allow_unsafe_apis']);
  // A build of Dawn may lack it.
  const adapter = (await nothing.requestAdapter()) ?? (await gpu().requestAdapter())!;
  const requiredFeatures = (['shader-f16', 'subgroups'] as const).filter((feature) => adapter.features.has(feature));
  checks = { ...device, gpu: await adapter.requestDevice({ requiredFeatures }) };
});

/** Compiles a kernel with these overrides as every device may have it: with quads and octets, and without. */
async function compile(on: Device, k: Kernel, overrides: Record<string, number>) {
  const { quads, octs } = on;
  for (on.quads of device.quads && k.quadText ? [false, true] : [false]) {
    for (on.octs of on.quads && device.octs && k.octText ? [false, true] : [false]) await compilePipeline(on, k, overrides);
  }
  on.quads = quads;
  on.octs = octs;
}

describe('kernels', () => {
  test.each(kernels.map((k) => [k.name, k] as const))('%s compiles in every variant', async (_, k) => {
    if (k.text.includes('enable chromium')) return; // subgroupMatrix.test.ts
    if (k.text.includes('enable f16') && !device.gpu.features.has('shader-f16')) return;
    const all = variants(k);
    for (const overrides of all) await compile(checks, k, overrides);
    // A driver's own compiler takes ten times as long, for what WGSL's has accepted. Of a kernel with many overrides it gets the
    // defaults and all switches at once: op cases run those that are in use.
    for (const overrides of all.filter((v) => k.overrides.length < 3 || (Object.keys(v).length !== 1 && (v.ACT === undefined || v.ACT === v.MODE)))) await compile(device, k, overrides);
    expect(device.errors).toEqual([]);
  });

  test('the null backend refuses what a variant breaks', async () => {
    const broken = kernel('broken', `override N: u32 = 4u;
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(64) fn main() { var few = array<f32, 8>(); out[0] = few[N]; }`);
    await compilePipeline(checks, broken, { N: 7 });
    await expect(compilePipeline(checks, broken, { N: 8 })).rejects.toMatchObject({ kind: 'shader', message: expect.stringContaining('out of bounds') });
  });

  test.each([
    ['workgroup memory', 64, 4097, /workgroup (storage|memory)/i],
    ['invocations', 257, 64, /workgroup|invocations/i],
  ])('it refuses more %s than every device has', async (what, N, L, message) => {
    const large = kernel(`large ${what}`, `override N: u32 = 64u;
override L: u32 = 64u;
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
var<workgroup> all: array<f32, L>;
@compute @workgroup_size(N) fn main(@builtin(local_invocation_index) lane: u32) { all[lane] = 1.0; out[lane] = all[L - 1u]; }`);
    await compilePipeline(checks, large, { N: 256, L: 4096 });
    await expect(compilePipeline(checks, large, { N, L })).rejects.toMatchObject({ kind: 'shader', message: expect.stringMatching(message) });
  });

  test('attention of any shape keeps to what every device has', async () => {
    const seen = new Map<string, { k: Kernel; overrides: Record<string, number> }>();
    for (const backward of ['fused', 'head'] as const) {
      for (const T of [1, 5, 17, 50, 64, 77, 197, 257, 577, 1025]) {
        for (const D of [1, 3, 4, 20, 32, 48, 64, 80, 128, 256, 512]) {
          const rec = new Recorder({ attention: { forward: 'fused', backward } });
          rec.program('check', () => {
            const [q, k, v, dout] = ['q', 'k', 'v', 'dout'].map((name) => rec.declare('input', name, [1, T, D], 'f32', name !== 'dout'));
            rec.backward(attention(q!, k!, v!, 1), dout!);
          });
          for (const { kernel: k, overrides } of rec.programs.flatMap(({ entries }) => entries)) seen.set(`${k.name} ${JSON.stringify(overrides)}`, { k, overrides });
        }
      }
    }
    expect(seen.size).toBeGreaterThan(100);
    for (const { k, overrides } of seen.values()) await compilePipeline(checks, k, overrides);
  });

  test('have names of their own', () => {
    expect(kernels.map((k) => k.name).sort()).toEqual([...new Set(kernels.map((k) => k.name))].sort());
  });

  test('bind at most eight buffers, which every device allows', () => {
    expect(kernels.filter((k) => k.bindings.length > 8).map((k) => k.name)).toEqual([]);
  });

  test('every file belongs to a kernel, and every kernel to the file of its name', () => {
    const used = new Set(kernels.map((k) => files.find((file) => k.text.endsWith(read(file)))));
    expect(files.filter((file) => !used.has(file))).toEqual([]);
    for (const k of kernels) expect(files.some((file) => k.text.endsWith(read(file)) && `${k.name}.`.startsWith(file.replace('wgsl', ''))), k.name).toBe(true);
  });

  test('every lib file is in a kernel', () => {
    const body = (lib: string) => read(lib).replace(/^(enable|diagnostic)\b[^;]*;\n/gm, ''); // which a kernel has at its top
    expect(libs.filter((lib) => !kernels.some((k) => `${k.text}\n${k.quadText ?? ''}\n${k.octText ?? ''}`.includes(body(lib))))).toEqual([]);
  });
});

describe.each(files)('%s', (file) => {
  const text = read(file);
  const head = /^(\/\/[^\n]*\n)+/.exec(text)?.[0] ?? '';

  test('says on top what it computes, what a workgroup owns and where it comes from', () => {
    expect(head).toMatch(/ \(?\+?\)?= /);
    expect(head).toMatch(/workgroup/i);
    expect(head).toMatch(/Source: /);
  });

  test('has one entry point, main', () => {
    expect(withoutComments(text).match(/@compute[^{]*fn\s+\w+/g)).toHaveLength(1);
    expect(text).toMatch(/@compute @workgroup_size\([^)]*\)\nfn main\(/);
  });
});

describe.each([...files, ...libs])('%s', (file) => {
  const code = withoutComments(read(file));

  test('uses nothing that drivers get wrong', () => {
    // Infinity as a constant becomes 0 on some drivers; only the finite test on bits may name it.
    if (!/^grad_norm/.test(file)) expect(code).not.toMatch(/0x7f800000/i);
    expect(code).not.toMatch(/atomic/);
    // Comparisons with itself are compiled away.
    expect(code).not.toMatch(/\b([\w.]+(?:\[[^\]]*\])?)\s*!=\s*\1(?![\w.[])/);
    expect(code).not.toMatch(/\bisnan|\bisinf/i);
    // The built-in tanh overflows for large arguments.
    expect(code).not.toMatch(/(?<!_)\btanh\(/);
    // Browsers without subgroups, and drivers that number them their own way, get the other lib (engine/quads.ts).
    if (!/^lib\/share\.(quads|octs)\.wgsl$|matrix/.test(file)) expect(code).not.toMatch(/\bsubgroup|\bquad(Broadcast|Swap)/);
  });

  test('has lines of at most 160 characters', () => {
    expect(read(file).split('\n').filter((line) => line.length > 160)).toEqual([]);
  });
});
