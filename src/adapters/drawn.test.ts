import { describe, expect, test } from 'vitest';
import { folderTree } from '../io/fileTree.node';
import { Mersenne } from '../io/mersenne';
import { openSafetensors, treeAccess } from '../io/safetensors';
import { defined, several } from '../numbers/defined';
import { readJson } from '../testing/readJson';
import { randloraBases } from './methods/randlora/drawn';
import { veraBases } from './methods/vera/drawn';

const near = (got: Float32Array, want: number[]) => {
  expect(got.length).toBe(want.length);
  want.forEach((v, i) => expect(Math.abs(defined(got[i]) - v), `element ${i}`).toBeLessThan(6e-7)); // printed with six decimals
};

test("MT19937: the reference implementation's numbers for seed 5489", () => {
  const random = new Mersenne(5489);
  expect(random.next()).toBe(3499211612);
  for (let i = 2; i < 10_000; i++) random.next();
  expect(random.next()).toBe(4123659995); // the 10000th, as the C++ standard demands
});

test('VeRA, key 0 (printed by PEFT)', () => {
  const { A, B, shapeA, shapeB } = veraBases(0, 2, 3, 4);
  near(A, [-0.010588, 0.758646, -1.163962, -1.040775, -0.54469, 0.379232]);
  near(B, [-0.034317, 1.373325, -0.153709, 0.458322, -0.523448, -0.340461, -1.654712, -1.147106]);
  expect([shapeA, shapeB]).toEqual([[2, 3], [4, 2]]);
});

test('RandLoRA, key 0, bf16 (printed by PEFT)', () => {
  const { A, B, shapeA, shapeB } = randloraBases(0, 2, 4, 3);
  near(A, [0.5625, -1.03125, -0.140625, 0.816406, -0.777344, 1.570312]);
  near(B, [0.816406, -0.304688, -0.710938, 1.078125, -1.453125, 1.015625, -0.488281, 0.147461, -1.304688, 1.390625, -0.855469, 0.796875, -1.125, -0.503906, 1.25, -1.09375]);
  expect([shapeA, shapeB]).toEqual([[2, 1, 3], [4, 2, 2]]);
});

test('dense bases hold only 256 values in bf16 and 2048 in f16; sparse ones three', () => {
  const distinct = (x: Float32Array) => new Set(x).size;
  expect(distinct(randloraBases(1, 8, 256, 128, { dtype: 'bf16' }).B)).toBeLessThanOrEqual(256);
  expect(distinct(randloraBases(1, 8, 256, 128, { dtype: 'f16' }).B)).toBeLessThanOrEqual(2048);
  const { B } = randloraBases(1, 8, 256, 128, { sparse: true });
  expect(distinct(B)).toBe(3);
  const share = B.filter((v) => v !== 0).length / B.length;
  expect(share).toBeCloseTo(1 / 3, 1);
});

test('impossible sizes and keys are refused before anything is allocated', () => {
  expect(() => veraBases(-1, 2, 3, 4)).toThrow('projection_prng_key is -1');
  expect(() => veraBases(0, 1e9, 3, 4)).toThrow('at most');
  expect(() => randloraBases(0, 0, 3, 4)).toThrow('sizes 0, 3, 4');
  expect(() => randloraBases(0, 1.5, 3, 4)).toThrow('sizes 1.5');
});

const shared = await folderTree('../shared/reference').catch(() => null);
if (!shared) console.warn('skipped: ../shared/reference is not here, the random bases are not compared with files of PEFT');
describe.skipIf(!shared)('files that PEFT wrote', () => {
  test.each(['vit_small_dev', 'clip_small_dev'].flatMap((model) => [[model, 'vera_r16'], [model, 'randlora_r5']]))('%s %s', async (model, method) => {
    const folder = `adapters/${model}/${method}`;
    const config = readJson<{ projection_prng_key: number; r: number }>(await shared!.read(`${folder}/adapter_config.json`));
    const file = await openSafetensors(await treeAccess(shared!, `${folder}/adapter_model.safetensors`));
    const kind = method.split('_')[0];
    const names = [`base_model.${kind}_A`, `base_model.${kind}_B`];
    const [A, B] = several(await Promise.all(names.map((name) => file.readF32(name))), 2);
    const [shapeA, shapeB] = several(names.map((name) => file.info(name).shape), 2);
    const key = config.projection_prng_key;
    const tries =
      kind === 'vera'
        ? [veraBases(key, config.r, defined(shapeA[1]), defined(shapeB[0]))]
        : (['bf16', 'f16'] as const).map((dtype) => randloraBases(key, config.r, defined(shapeB[0]), defined(shapeA[2]), { dtype }));
    const same = tries.map((t) => Buffer.from(t.A.buffer).equals(bytes(A)) && Buffer.from(t.B.buffer).equals(bytes(B)));
    expect(same, 'bf16 or f16').toContain(true);
    const match = defined(tries[same.indexOf(true)]);
    expect([match.shapeA, match.shapeB]).toEqual([shapeA, shapeB]);
  });

  // The files do not name their keys; these are the ones that reproduce all of A and B (found by trying 0 to 200).
  test.each([
    ['vera_a_40x56_r6', (r: number, max: number, min: number) => veraBases(11, r, min, max)],
    ['randlora_dense_a_40x56_r6', (r: number, max: number, min: number) => randloraBases(12, r, max, min)],
    ['randlora_sparse_a_40x56_r6', (r: number, max: number, min: number) => randloraBases(13, r, max, min, { sparse: true })],
    ['randlora_very_sparse_a_40x56_r6', (r: number, max: number, min: number) => randloraBases(14, r, max, min, { verySparse: true })],
  ])('layer %s', async (name, make) => {
    const file = await openSafetensors(await treeAccess(shared!, `layers/dev_${name}.safetensors`));
    const { A, B } = make(6, 56, 40);
    expect(bytes(A).equals(bytes(await file.readF32('basis_A')))).toBe(true);
    expect(bytes(B).equals(bytes(await file.readF32('basis_B')))).toBe(true);
  });
});

function bytes(x: Float32Array): Buffer {
  return Buffer.from(x.buffer, x.byteOffset, x.byteLength);
}
