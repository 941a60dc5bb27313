import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Device } from '../engine/device';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/dawn';
import { runThrice } from './run';
import { selfTest } from './index';
import { workgroup } from './language';
import { checkProducts } from './products';
import { checkRandlora } from './randlora';

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

test('this device passes', async () => {
  const seen: number[] = [];
  const result = await selfTest(device, (done, total) => seen.push(done / total));
  expect(result.checks.filter((check) => check.problem !== '')).toEqual([]);
  expect(result.ok).toBe(true);
  expect(result.gflops).toBeGreaterThan(0);
  expect(seen.at(-1)).toBe(1);
});

test('what was not written is noticed', async () => {
  const half = runThrice(device, (rec) => {
    const out = rec.temp('out', [2, 4], false, 'u32');
    rec.emit(workgroup, { tensors: { out }, params: { groups: 1 }, overrides: { N: 64 }, grid: [2] });
    return { inputs: [], outputs: [out] };
  });
  await expect(half).rejects.toThrow(/^element 4 of .*out was never written$/);
});

/** The device with a driver that reads one thing in the text of its kernels as another. */
function misreading(text: string, as: string): Device {
  const gpu = new Proxy(device.gpu, {
    get(target, key) {
      if (key === 'createShaderModule') return ({ label, code }: GPUShaderModuleDescriptor) => target.createShaderModule({ label, code: code.replace(text, as) });
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  return { ...device, gpu };
}

test('a driver that multiplies wrongly is found out, and where', async () => {
  await expect(checkProducts(misreading('p.alpha', '(p.alpha + f32(p.M == 33u))'), [[33, 65, 40]])).rejects.toThrow(/^a product 33 x 65 x 40 \(nn, f32.*in row \d+, column \d+, not -?\d+$/);
});

test('so is one that gets W\' or a gradient of RandLoRA wrong', async () => {
  await expect(checkRandlora(misreading('(p.alpha * weight_scale()) * v', '(p.alpha * weight_scale()) * v.yxzw'))).rejects.toThrow(/^W' of RandLoRA, 36 to 68, r 3, f32 bases.* in element \d+, not -?\d+$/);
  await expect(checkRandlora(misreading('fn right_step() -> u32 { return select(4u', 'fn right_step() -> u32 { return select(8u'))).rejects.toThrow(/^the gradient of lambda of RandLoRA/);
});

test('no shader relies on what drivers get wrong', () => {
  const folder = resolve(import.meta.dirname, '../../shaders');
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.wgsl'))) {
    const code = readFileSync(resolve(folder, path), 'utf8').replace(/\/\/[^\n]*/g, '');
    expect(code, `${path}: atomics differ between cards`).not.toMatch(/\batomic/);
    for (const line of code.split('\n').filter((l) => l.includes('0x7f800000'))) expect(line, `${path}: infinity as a constant`).toMatch(/&|==/);
  }
});
